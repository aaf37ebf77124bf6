import { DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteMetricFilterCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
    GetLifecyclePolicyCommand,
    GetRepositoryPolicyCommand,
    PutImageTagMutabilityCommand,
    PutLifecyclePolicyCommand,
    PutRegistryScanningConfigurationCommand,
    PutReplicationConfigurationCommand,
    SetRepositoryPolicyCommand,
    TagResourceCommand,
    UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import { isObject, type Json } from '../../local/json';
import { definitionOf, schemaOf } from '../../local/resource-type';
import schema from '../../schema.json';
import { alarmName, logGroupName } from '../../src/aws/names';
import { filterFor } from '../../src/aws/repository-filter';
import type { EcrRule } from '../../src/lifecycle/policy';
import type { PartialProperties, PolicyStatement } from '../../src/properties';
import { ACCOUNT, ALARM, HERE, IDENTIFIER, NAME, REPOSITORY, THERE } from '../support/my-app';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/*
 * A drift report points at what was changed by hand, and at nothing else: each small alteration shows exactly one
 * difference, or those for which a reason is given.
 */
const MONITOR = `replications-from-${HERE}`;

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
const here = useAccount(standIn);
const there = useAccount(standIn, { region: THERE });

interface Alteration {
    readonly what: string;
    readonly template: PartialProperties;
    readonly by: () => Promise<unknown>;
    /** Path and kind of each difference; * in the place of what is new. */
    readonly shows: readonly (readonly [path: string, kind: 'ADD' | 'REMOVE' | 'NOT_EQUAL'])[];
    /** Why there is more than one. */
    readonly because?: string;
}

const SET = 'In a set, another item is one that is gone and one that is new.';
const LIST = 'CloudFormation compares lists by position, and each item after the gap has a new one.';
const MEMBERS = 'The entry keeps its place, by its Id; each of its members is gone.';
const WORDLESS =
    'This type has no words for a rule that wants two tags, so the property that would name them is not shown.';
const UNNAMED = 'READ leaves TagPrefixList out, but CloudFormation compares only what the template names.';
const SWITCH = 'The switch reads false when nothing is left of what it controls.';

const statement = (Sid: string, more: Partial<PolicyStatement> = {}): PolicyStatement => ({
    Sid,
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::222222222222:root' },
    Action: 'ecr:BatchGetImage',
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
    ...more,
});

const STATEMENTS: PartialProperties = {
    EnableRepositoryPolicy: true,
    PullAccountIds: ['111111111111'],
    // Neither in the order nor in the spelling that AWS has.
    CustomPolicyStatements: [
        statement('M', { Action: ['ecr:ListImages', 'ecr:DescribeImages'] }),
        statement('B', { Action: ['ecr:ListImages'] }),
    ],
};

const CLEAN_UP: PartialProperties = {
    TagPrefixList: ['v', 'release', 'prod'],
    TaggedImageRetentionCount: 20,
    UntaggedImageRetentionCount: 3,
    ImageRetentionDays: 30,
    ProtectedTagPatterns: ['b*', 'a*'],
};

const PATTERNS: PartialProperties = {
    TagPrefixList: [],
    TagPatternList: ['*-v', '*-w'],
    TaggedImageRetentionCount: 20,
};

/** A disabled entry, which leaves no trace in AWS, between others. */
const RULES: PartialProperties = {
    LifecycleRules: [
        { Id: 'releases', TagPrefixList: ['v', 'w'], TaggedImageRetentionCount: 20 },
        { Id: 'off', Enabled: false, UntaggedImageRetentionCount: 1 },
        { Id: 'previews', TagPatternList: ['*-pr'], ProtectedTagPatterns: ['a*'], ImageRetentionDays: 14 },
        { Id: 'rest', UntaggedImageRetentionCount: 5, ImageRetentionDays: 90 },
    ],
};

const TEXT = JSON.stringify(
    {
        rules: [
            {
                rulePriority: 10,
                selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 3 },
                action: { type: 'expire' },
            },
            {
                rulePriority: 20,
                description: 'As it is written',
                selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 500 },
                action: { type: 'expire' },
            },
        ],
    },
    undefined,
    2,
);

const FOREIGN: EcrRule = {
    rulePriority: 0,
    description: 'By hand',
    selection: {
        tagStatus: 'tagged',
        tagPrefixList: ['q'],
        countType: 'imageCountMoreThan',
        countNumber: 20,
    },
    action: { type: 'expire' },
};

const topic = (name: string) => `arn:aws:sns:${HERE}:${ACCOUNT}:${name}`;

const ALARMED: PartialProperties = {
    CreateCloudWatchAlarms: true,
    AlarmActions: [topic('b'), topic('a')],
};

const EXCLUDED: PartialProperties = {
    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    ImageTagMutabilityExclusionFilters: ['latest', 'dev-*', 'b-*'],
};

const TAGGED: PartialProperties = {
    Tags: [
        { Key: 'Team', Value: 'a' },
        { Key: 'Stage', Value: 'test' },
    ],
};

const REPLICATED: PartialProperties = {
    EnableReplication: true,
    ReplicationDestinations: [
        { Region: THERE },
        { Region: 'eu-west-1' },
        { Region: 'ca-central-1', RepositoryFilter: 'my' },
    ],
};

const WATCHED: PartialProperties = {
    EnableReplication: true,
    ReplicationDestinations: [
        { Region: 'eu-west-1' },
        { Region: THERE, EnableReplicationTimeControl: true, EnableReplicationMetrics: true },
    ],
};

const SCANNED: PartialProperties = {
    EnableRegistryScanning: true,
    ScanType: 'ENHANCED',
    ScanFrequency: 'CONTINUOUS_SCAN',
};

/** By the property that is altered. */
const ALTERATIONS: Readonly<Record<string, readonly Alteration[]>> = {
    CustomPolicyStatements: [
        ...['A', 'K', 'Z'].map((Sid) => ({
            what: `a statement is added whose Sid is ${Sid}`,
            template: STATEMENTS,
            by: editPolicy((statements) => [statement(Sid, { Effect: 'Deny' }), ...statements]),
            shows: [['/CustomPolicyStatements/*', 'ADD']] as const,
        })),
        {
            what: 'a statement is removed',
            template: STATEMENTS,
            by: editPolicy((statements) => statements.filter(({ Sid }) => Sid !== 'B')),
            shows: [['/CustomPolicyStatements/1', 'REMOVE']],
        },
        {
            what: 'one of several actions is another',
            template: STATEMENTS,
            by: editStatement('M', { Action: ['ecr:DescribeImages', 'ecr:PutImage'] }),
            shows: [['/CustomPolicyStatements/0/Action/0', 'NOT_EQUAL']],
        },
        {
            what: 'the effect is another',
            template: STATEMENTS,
            by: editStatement('B', { Effect: 'Deny' }),
            shows: [['/CustomPolicyStatements/1/Effect', 'NOT_EQUAL']],
        },
        {
            what: 'a statement loses its condition',
            template: STATEMENTS,
            by: editStatement('B', { Condition: undefined }),
            shows: [['/CustomPolicyStatements/1/Condition', 'REMOVE']],
        },
        {
            what: 'a value of a condition is another',
            template: STATEMENTS,
            by: editStatement('M', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-9999999999' } } }),
            shows: [['/CustomPolicyStatements/0/Condition/StringEquals/aws:PrincipalOrgID', 'NOT_EQUAL']],
        },
        {
            what: 'a statement without Sid is changed',
            template: {
                EnableRepositoryPolicy: true,
                CustomPolicyStatements: [{ Effect: 'Deny', Principal: '*', Action: 'ecr:PutImage' }],
            },
            by: editPolicy(([only]) => (only ? [{ ...only, Action: 'ecr:ListImages' }] : [])),
            shows: [
                ['/CustomPolicyStatements/0', 'REMOVE'],
                ['/CustomPolicyStatements/*', 'ADD'],
            ],
            because: 'Nothing tells that it is the same statement.',
        },
    ],
    ...accounts('PullAccountIds', 'EcrRepositoryPull', ['333333333333', '111111111111']),
    ...accounts('PushAccountIds', 'EcrRepositoryPush', ['333333333333', '111111111111']),
    PullOrganizationIds: itemsOf('PullOrganizationIds', ['o-cccccccccc', 'o-aaaaaaaaaa'], {
        template: { EnableRepositoryPolicy: true },
        put: (ids) =>
            editStatement('EcrRepositoryPullOrganizations', {
                Condition: { StringEquals: { 'aws:PrincipalOrgID': ids } },
            })(),
        another: 'o-bbbbbbbbbb',
    }),
    AlarmActions: itemsOf('AlarmActions', [topic('b'), topic('a')], {
        template: ALARMED,
        put: (actions) =>
            here.changeAlarm(ALARM, {
                AlarmActions: [...actions],
                OKActions: [...actions],
            }),
        another: topic('c'),
    }),
    ImageTagMutabilityExclusionFilters: itemsOf(
        'ImageTagMutabilityExclusionFilters',
        ['latest', 'dev-*', 'b-*'],
        {
            template: EXCLUDED,
            put: (filters) =>
                here.ecr.send(
                    new PutImageTagMutabilityCommand({
                        repositoryName: NAME,
                        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
                        imageTagMutabilityExclusionFilters: filters.map((filter) => ({
                            filterType: 'WILDCARD',
                            filter,
                        })),
                    }),
                ),
            another: 'c-*',
        },
    ),
    Tags: [
        {
            what: 'one is added',
            template: TAGGED,
            by: () => tag('Owner', 'me'),
            shows: [['/Tags/*', 'ADD']],
        },
        {
            what: 'one is removed',
            template: TAGGED,
            by: () => here.ecr.send(new UntagResourceCommand({ resourceArn: REPOSITORY, tagKeys: ['Team'] })),
            shows: [['/Tags/0', 'REMOVE']],
        },
        {
            what: 'a value is another',
            template: TAGGED,
            by: () => tag('Stage', 'live'),
            shows: [['/Tags/1/Value', 'NOT_EQUAL']],
        },
    ],
    ReplicationDestinations: [
        {
            what: 'one is added',
            template: REPLICATED,
            by: replicate([NAME, THERE, 'eu-west-1', 'sa-east-1'], ['my', 'ca-central-1']),
            shows: [['/ReplicationDestinations/*', 'ADD']],
        },
        {
            what: 'one is removed',
            template: REPLICATED,
            by: replicate([NAME, THERE], ['my', 'ca-central-1']),
            shows: [['/ReplicationDestinations/1', 'REMOVE']],
        },
        {
            what: 'that of a shorter filter is removed',
            template: REPLICATED,
            by: replicate([NAME, THERE, 'eu-west-1']),
            shows: [['/ReplicationDestinations/2', 'REMOVE']],
        },
        {
            what: 'one is another Region',
            template: REPLICATED,
            by: replicate([NAME, THERE, 'sa-east-1'], ['my', 'ca-central-1']),
            shows: [
                ['/ReplicationDestinations/1', 'REMOVE'],
                ['/ReplicationDestinations/*', 'ADD'],
            ],
            because: SET,
        },
        {
            what: 'all are removed',
            template: REPLICATED,
            by: replicate(),
            shows: [
                ['/EnableReplication', 'NOT_EQUAL'],
                ['/ReplicationDestinations', 'REMOVE'],
            ],
            because: SWITCH,
        },
        {
            what: 'the alarm of one is deleted',
            template: WATCHED,
            by: () =>
                there.cloudWatch.send(
                    new DeleteAlarmsCommand({ AlarmNames: [alarmName(NAME, `${MONITOR}-failed`)] }),
                ),
            shows: [['/ReplicationDestinations/1/EnableReplicationTimeControl', 'REMOVE']],
        },
        {
            what: 'the filter that counts is deleted',
            template: WATCHED,
            by: () =>
                there.logs.send(
                    new DeleteMetricFilterCommand({
                        logGroupName: logGroupName(NAME, MONITOR),
                        filterName: 'ecr-repository-succeeded',
                    }),
                ),
            shows: [['/ReplicationDestinations/1/EnableReplicationMetrics', 'REMOVE']],
        },
    ],
    EnableRegistryScanning: [
        {
            what: 'the filter moves to another frequency',
            template: SCANNED,
            by: scan('SCAN_ON_PUSH', filterFor(NAME)),
            shows: [['/ScanFrequency', 'NOT_EQUAL']],
        },
        {
            what: 'the filter is another',
            template: SCANNED,
            by: scan('CONTINUOUS_SCAN', 'other'),
            shows: [
                ['/EnableRegistryScanning', 'NOT_EQUAL'],
                ['/ScanType', 'REMOVE'],
            ],
            because: SWITCH,
        },
    ],
    LifecyclePolicyText: [
        {
            what: 'a number is another',
            template: { LifecyclePolicyText: TEXT },
            by: editRules((rules) => rules.map((rule, index) => withNumber(rule, index === 0 ? 4 : 500))),
            shows: [['/LifecyclePolicyText', 'NOT_EQUAL']],
        },
    ],
    TagPrefixList: [
        {
            what: 'one is added, with the same number',
            template: CLEAN_UP,
            by: editRules((rules) => [...rules.slice(0, 5), FOREIGN, ...rules.slice(5)]),
            shows: [['/TagPrefixList/*', 'ADD']],
        },
        {
            what: 'the last one is removed',
            template: CLEAN_UP,
            by: removeRule('tagged prod*'),
            shows: [['/TagPrefixList/2', 'REMOVE']],
        },
        {
            what: 'one in the middle is another',
            template: CLEAN_UP,
            by: replaceInRules('"release"', '"rc"'),
            shows: [['/TagPrefixList/1', 'NOT_EQUAL']],
        },
        {
            what: 'one in the middle is removed',
            template: CLEAN_UP,
            by: removeRule('tagged release*'),
            shows: [
                ['/TagPrefixList/1', 'NOT_EQUAL'],
                ['/TagPrefixList/2', 'REMOVE'],
            ],
            because: LIST,
        },
        {
            what: 'one is added after the rule for untagged images, under a title',
            template: CLEAN_UP,
            by: editRules((rules) => [
                ...rules.slice(0, 6),
                { ...FOREIGN, description: 'Night: builds' },
                ...rules.slice(6),
            ]),
            shows: [['/TagPrefixList/*', 'ADD']],
        },
        {
            what: 'one is added, with a number of its own',
            template: CLEAN_UP,
            by: editRules((rules) => [...rules.slice(0, 5), withNumber(FOREIGN, 5), ...rules.slice(5)]),
            shows: [
                ['/TagPrefixList/*', 'ADD'],
                ['/TaggedImageRetentionCount', 'REMOVE'],
            ],
            because: 'The settings have one number for all prefixes.',
        },
        {
            what: 'a rule wants a second prefix',
            template: CLEAN_UP,
            by: replaceInRules('["release"]', '["release","rc"]'),
            shows: [['/TagPrefixList', 'REMOVE']],
        },
        {
            what: 'a rule that wants two prefixes is added before all others',
            template: CLEAN_UP,
            by: editRules((rules) => [withTags(FOREIGN, { tagPrefixList: ['q', 'r'] }), ...rules]),
            shows: [['/TagPrefixList', 'REMOVE']],
        },
        {
            what: 'a rule that wants two prefixes is added, and the template names no list',
            template: { TaggedImageRetentionCount: 20, ImageRetentionDays: 30 },
            by: editRules((rules) => [withTags(FOREIGN, { tagPrefixList: ['q', 'r'] }), ...rules]),
            shows: [],
            because: UNNAMED,
        },
        {
            what: 'a rule by age for one prefix is added, for which the settings have no word',
            template: CLEAN_UP,
            by: editRules((rules) => [
                {
                    ...FOREIGN,
                    selection: {
                        tagStatus: 'tagged',
                        tagPrefixList: ['pr-'],
                        countType: 'sinceImagePushed',
                        countUnit: 'days',
                        countNumber: 7,
                    },
                },
                ...rules,
            ]),
            shows: [['/TagPrefixList', 'REMOVE']],
        },
        {
            what: 'the last one is a pattern now',
            template: CLEAN_UP,
            by: replaceInRules('"tagPrefixList":["prod"]', '"tagPatternList":["*prod"]'),
            shows: [['/TagPrefixList/2', 'REMOVE']],
        },
        {
            what: 'one of them has another number',
            template: CLEAN_UP,
            by: editRules((rules) =>
                rules.map((rule) => (isAbout(rule, 'tagged prod*') ? withNumber(rule, 25) : rule)),
            ),
            shows: [['/TaggedImageRetentionCount', 'REMOVE']],
        },
    ],
    TaggedImageRetentionCount: [
        {
            what: 'another number for every tag is added after the prefixes',
            template: CLEAN_UP,
            by: editRules((rules) => [
                ...rules.slice(0, 5),
                withNumber(withTags(FOREIGN, { tagPatternList: ['*'] }), 100),
                ...rules.slice(5),
            ]),
            shows: [['/TaggedImageRetentionCount', 'REMOVE']],
        },
    ],
    TagPatternList: [
        {
            what: 'a rule wants a second pattern',
            template: PATTERNS,
            by: replaceInRules('["*-v"]', '["*-v","*-w"]'),
            shows: [['/TagPatternList', 'REMOVE']],
        },
        {
            what: 'one is added',
            template: PATTERNS,
            by: editRules((rules) => [
                ...rules.slice(0, 2),
                withTags(FOREIGN, { tagPatternList: ['*-x'] }),
                ...rules.slice(2),
            ]),
            shows: [['/TagPatternList/*', 'ADD']],
        },
        {
            what: 'the last one is removed',
            template: PATTERNS,
            by: removeRule('tagged *-w'),
            shows: [['/TagPatternList/1', 'REMOVE']],
        },
        {
            what: 'the first one is another',
            template: PATTERNS,
            by: replaceInRules('"*-v"', '"*-x"'),
            shows: [['/TagPatternList/0', 'NOT_EQUAL']],
        },
    ],
    ProtectedTagPatterns: [
        {
            what: 'one is added',
            template: CLEAN_UP,
            by: editRules(([first, ...rest]) =>
                first ? [JSON.parse(JSON.stringify(first).replaceAll('b*', 'c*')), first, ...rest] : [],
            ),
            shows: [['/ProtectedTagPatterns/*', 'ADD']],
        },
        {
            what: 'the first one has a number, and protects no longer',
            template: CLEAN_UP,
            by: editRules((rules) =>
                rules.map((rule) => (isAbout(rule, 'tagged b*') ? withNumber(rule, 5) : rule)),
            ),
            shows: [['/ProtectedTagPatterns/0', 'REMOVE']],
        },
        {
            what: 'the first one is removed',
            template: CLEAN_UP,
            by: removeRule('protect images tagged b*'),
            shows: [['/ProtectedTagPatterns/0', 'REMOVE']],
        },
        {
            what: 'one is another',
            template: CLEAN_UP,
            by: replaceInRules('"b*"', '"c*"'),
            shows: [
                ['/ProtectedTagPatterns/0', 'REMOVE'],
                ['/ProtectedTagPatterns/*', 'ADD'],
            ],
            because: SET,
        },
    ],
    UntaggedImageRetentionCount: [
        {
            what: 'its rule is removed, for which the settings have no word',
            template: CLEAN_UP,
            by: removeRule('untagged images'),
            shows: [['/UntaggedImageRetentionCount', 'REMOVE']],
        },
        {
            what: 'the number is another, the description left',
            template: CLEAN_UP,
            by: editRules((rules) =>
                rules.map((rule) => (isAbout(rule, 'untagged images') ? withNumber(rule, 7) : rule)),
            ),
            shows: [['/UntaggedImageRetentionCount', 'NOT_EQUAL']],
        },
    ],
    ImageRetentionDays: [
        {
            what: 'the number is another, the description left',
            template: CLEAN_UP,
            by: editRules((rules) =>
                rules.map((rule) => (isAbout(rule, 'other images') ? withNumber(rule, 31) : rule)),
            ),
            shows: [['/ImageRetentionDays', 'NOT_EQUAL']],
        },
        {
            what: 'its rule is removed',
            template: CLEAN_UP,
            by: removeRule('other images'),
            shows: [['/ImageRetentionDays', 'NOT_EQUAL']],
        },
        {
            what: 'its rule counts now',
            template: CLEAN_UP,
            by: editRules((rules) =>
                rules.map((rule) => {
                    const { countUnit: _, ...selection } = rule.selection;
                    return isAbout(rule, 'other images')
                        ? { ...rule, selection: { ...selection, countType: 'imageCountMoreThan' } }
                        : rule;
                }),
            ),
            shows: [['/ImageRetentionDays', 'NOT_EQUAL']],
        },
        {
            what: 'its rule archives instead, for which the settings have no word',
            template: CLEAN_UP,
            by: editRules((rules) =>
                rules.map((rule) =>
                    isAbout(rule, 'other images')
                        ? { ...rule, action: { type: 'transition', targetStorageClass: 'archive' } }
                        : rule,
                ),
            ),
            shows: [['/ImageRetentionDays', 'REMOVE']],
        },
    ],
    LifecycleRules: [
        {
            what: 'a rule is added',
            template: RULES,
            by: editRules((rules) => [FOREIGN, ...rules]),
            shows: [['/LifecycleRules/*', 'ADD']],
        },
        {
            what: 'a rule that wants two prefixes is added',
            template: RULES,
            by: editRules((rules) => [withTags(FOREIGN, { tagPrefixList: ['q', 'r'] }), ...rules]),
            shows: [['/LifecycleRules/*', 'ADD']],
        },
        {
            what: 'a rule wants a second prefix',
            template: RULES,
            by: replaceInRules('["v"]', '["v","x"]'),
            shows: [['/LifecycleRules/0/TagPrefixList', 'REMOVE']],
        },
        {
            what: 'the only rule of an entry wants a second pattern',
            template: RULES,
            by: replaceInRules('["*-pr"]', '["*-pr","x*"]'),
            shows: [
                ['/LifecycleRules/2/ImageRetentionDays', 'REMOVE'],
                ['/LifecycleRules/2/TagPatternList', 'REMOVE'],
            ],
            because: WORDLESS,
        },
        {
            what: 'the last rule of one entry comes after those of the next',
            template: RULES,
            by: editRules((rules) => {
                const moved = rules.filter((rule) => isAbout(rule, 'tagged w*'));
                const others = rules.filter((rule) => !moved.includes(rule));
                const place = others.findIndex((rule) => isAbout(rule, 'rest: '));
                return others.toSpliced(place, 0, ...moved);
            }),
            shows: [['/LifecycleRules/0/TagPrefixList', 'REMOVE']],
        },
        {
            what: 'the rules of the last entry are removed',
            template: RULES,
            by: editRules((rules) => rules.filter((rule) => !isAbout(rule, 'rest: '))),
            shows: [['/LifecycleRules/3', 'REMOVE']],
        },
        {
            what: 'the rules of the first entry are removed, all of which READ finds',
            template: { LifecycleRules: (RULES.LifecycleRules ?? []).filter(({ Id }) => Id !== 'off') },
            by: editRules((rules) => rules.filter((rule) => !isAbout(rule, 'releases: '))),
            shows: [
                ['/LifecycleRules/0/TagPrefixList', 'REMOVE'],
                ['/LifecycleRules/0/TaggedImageRetentionCount', 'REMOVE'],
            ],
            because: MEMBERS,
        },
        {
            what: 'two prefixes change places',
            template: RULES,
            by: editRules((rules) => {
                const [v, w] = rules.filter((rule) => isAbout(rule, 'releases: '));
                return rules.flatMap((rule) => (rule === v ? (w ?? []) : rule === w ? (v ?? []) : rule));
            }),
            shows: [
                ['/LifecycleRules/0/TagPrefixList/0', 'NOT_EQUAL'],
                ['/LifecycleRules/0/TagPrefixList/1', 'NOT_EQUAL'],
            ],
            because: LIST,
        },
        {
            what: 'a prefix is another',
            template: RULES,
            by: replaceInRules('"w"', '"x"'),
            shows: [['/LifecycleRules/0/TagPrefixList/1', 'NOT_EQUAL']],
        },
        {
            what: 'a pattern is another',
            template: RULES,
            by: replaceInRules('"*-pr"', '"*-x"'),
            shows: [['/LifecycleRules/2/TagPatternList/0', 'NOT_EQUAL']],
        },
        {
            what: 'a protected pattern is another',
            template: RULES,
            by: replaceInRules('"a*"', '"b*"'),
            shows: [
                ['/LifecycleRules/2/ProtectedTagPatterns/0', 'REMOVE'],
                ['/LifecycleRules/2/ProtectedTagPatterns/*', 'ADD'],
            ],
            because: SET,
        },
        {
            what: 'one prefix has another number',
            template: RULES,
            by: editRules((rules) =>
                rules.map((rule) => (isAbout(rule, 'tagged w*') ? withNumber(rule, 21) : rule)),
            ),
            shows: [['/LifecycleRules/0/TaggedImageRetentionCount', 'REMOVE']],
        },
        ...numbersOfRules().map((member) => ({
            what: `${member} is another, the description left`,
            template: {
                LifecycleRules: [
                    { Id: 'off', Enabled: false },
                    { Id: 'meant', [member]: 100 },
                ],
            },
            by: editRules((rules) => rules.map((rule) => withNumber(rule, 101))),
            shows: [[`/LifecycleRules/1/${member}`, 'NOT_EQUAL']] as const,
        })),
    ],
};

describe.each(Object.entries(ALTERATIONS))('%s:', (_property, alterations) => {
    test.each(alterations)('$what', async ({ template, by, shows }) => {
        const declared = { ...IDENTIFIER, ...template };
        expect(await typeFunction.run('CREATE', declared)).toMatchObject({ status: 'SUCCESS' });
        expect(await typeFunction.drift(declared)).toMatchObject({ status: 'IN_SYNC' });
        await by();
        const { differences } = await typeFunction.drift(declared);
        expect(differences.map(({ path, kind }) => [placeOf(path, kind), kind]).sort()).toEqual(
            [...shows].sort(),
        );
    });
});

/** Where AWS puts what is new in a set means nothing. */
function placeOf(path: string, kind: string): string {
    return kind === 'ADD' ? path.replace(/\d+$/, '*') : path;
}

test('more differences than one have a reason', () => {
    const rows = Object.values(ALTERATIONS).flat();
    const unexplained = rows.filter(({ shows, because }) => shows.length !== 1 && because === undefined);
    expect(unexplained.map(({ what }) => what)).toEqual([]);
});

/** What no hand can change in AWS: what tells one item from another, and what leaves no trace there. */
const UNALTERABLE = [
    '/LifecycleRules/Id',
    '/LifecycleRules/Enabled',
    '/ReplicationDestinations/Region',
    '/ReplicationDestinations/RegistryId',
    '/ReplicationDestinations/RepositoryFilter',
    '/Tags/Key',
];

/** One pattern, or one expression, says them all; drift.test.ts alters these. */
const SAID_AS_ONE = ['NotifySeverities', 'AlarmSeverities'];

test('every list of the schema has an item added, removed and altered, in each of its members', () => {
    const lists = Object.keys(schema.properties).filter(
        (name) => definition(name).type === 'array' && !SAID_AS_ONE.includes(name),
    );
    const wanted = lists.flatMap((name) => {
        const members = membersOf(name).map((member) => `/${name}/${member}`);
        return [`/${name} ADD`, `/${name} REMOVE`, ...(members.length > 0 ? members : [`/${name} altered`])];
    });
    const seen = Object.entries(ALTERATIONS).flatMap(([name, rows]) =>
        rows.flatMap(({ shows }) => {
            const paths = shows.map(([path, kind]) => [path.replaceAll(/\/(\d+|\*)/g, ''), kind] as const);
            const isAltered = paths.some(([, kind]) => kind === 'NOT_EQUAL') || shows.length === 2;
            return [
                ...paths.map(([path, kind]) => `${path} ${kind}`),
                ...paths.map(([path]) => path),
                ...(isAltered ? [`/${name} altered`] : []),
            ];
        }),
    );
    const missing = wanted.filter((path) => !seen.includes(path) && !UNALTERABLE.includes(path));
    expect(missing).toEqual([]);
});

test('of a text, READ shows the rule that was changed, and all else as it is written', async () => {
    const declared = { ...IDENTIFIER, LifecyclePolicyText: TEXT };
    expect(await typeFunction.run('CREATE', declared)).toMatchObject({ status: 'SUCCESS' });
    await editRules(([first, ...rest]) => (first ? [withNumber(first, 4), ...rest] : []))();
    const { resourceModel } = await typeFunction.run('READ', IDENTIFIER);
    const shown = JSON.parse(resourceModel?.LifecyclePolicyText ?? '');
    expect(shown).toEqual(JSON.parse(TEXT.replace('"countNumber": 3', '"countNumber": 4')));
});

test('only the description of a rule is changed: no difference', async () => {
    const declared = { ...IDENTIFIER, ...CLEAN_UP };
    expect(await typeFunction.run('CREATE', declared)).toMatchObject({ status: 'SUCCESS' });
    await editRules((rules) => rules.map((rule) => ({ ...rule, description: 'changed' })))();
    expect(await typeFunction.drift(declared)).toMatchObject({ status: 'IN_SYNC' });
});

test('rules about different images change places: no difference', async () => {
    const declared = { ...IDENTIFIER, ...CLEAN_UP, ArchivedImageRetentionDays: 100 };
    expect(await typeFunction.run('CREATE', declared)).toMatchObject({ status: 'SUCCESS' });
    const isFirst = (rule: EcrRule) =>
        isAbout(rule, 'untagged images') || rule.selection.storageClass === 'archive';
    await editRules((rules) => rules.toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a))))();
    expect(await typeFunction.drift(declared)).toMatchObject({ status: 'IN_SYNC' });
});

function definition(name: string): { readonly [key: string]: Json } {
    return definitionOf(schemaOf(name));
}

/** The members of a list's items. */
function membersOf(name: string): string[] {
    const { items } = definition(name);
    const { properties } = isObject(items) ? definitionOf(items) : {};
    return isObject(properties) ? Object.keys(properties) : [];
}

function numbersOfRules(): string[] {
    return Object.entries(schema.definitions.LifecycleRule.properties).flatMap(([name, { type }]) =>
        type === 'integer' ? [name] : [],
    );
}

/** The rows of a list of texts, given how somebody sets it. */
function itemsOf(
    name: string,
    items: readonly string[],
    {
        template,
        put,
        another,
    }: {
        readonly template: PartialProperties;
        readonly put: (items: readonly string[]) => Promise<unknown>;
        readonly another: string;
    },
): Alteration[] {
    const last = items.length - 1;
    const declared = { ...template, [name]: items };
    return [
        {
            what: 'one is added',
            template: declared,
            by: () => put([another, ...items]),
            shows: [[`/${name}/*`, 'ADD']],
        },
        {
            what: 'the first one is removed',
            template: declared,
            by: () => put(items.slice(1)),
            shows: [[`/${name}/0`, 'REMOVE']],
        },
        {
            what: 'the last one is another',
            template: declared,
            by: () => put([...items.slice(0, last), another]),
            shows: [
                [`/${name}/${last}`, 'REMOVE'],
                [`/${name}/*`, 'ADD'],
            ],
            because: SET,
        },
    ];
}

function accounts(name: string, sid: string, ids: readonly string[]): Record<string, readonly Alteration[]> {
    const rows = itemsOf(name, ids, {
        template: STATEMENTS,
        put: (AWS) => editStatement(sid, { Principal: { AWS } })(),
        another: '222222222222',
    });
    return {
        [name]: [
            ...rows,
            {
                what: 'they may do less',
                template: { ...STATEMENTS, [name]: ids },
                by: editStatement(sid, { Action: 'ecr:BatchGetImage' }),
                shows: [
                    [`/${name}`, 'REMOVE'],
                    ['/CustomPolicyStatements/*', 'ADD'],
                ],
                because: 'The statement that grants it is gone, and what it became is a foreign one.',
            },
        ],
    };
}

function tag(Key: string, Value: string): Promise<unknown> {
    return here.ecr.send(new TagResourceCommand({ resourceArn: REPOSITORY, tags: [{ Key, Value }] }));
}

/** Each rule is a filter and its Regions. */
function replicate(...rules: readonly (readonly string[])[]): () => Promise<unknown> {
    const replicationConfiguration = {
        rules: rules.map(([filter, ...regions]) => ({
            destinations: regions.map((region) => ({ region, registryId: ACCOUNT })),
            repositoryFilters: [{ filter, filterType: 'PREFIX_MATCH' as const }],
        })),
    };
    return () => here.ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration }));
}

function scan(scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN', filter: string): () => Promise<unknown> {
    const rules = [{ scanFrequency, repositoryFilters: [{ filter, filterType: 'WILDCARD' as const }] }];
    return () => here.ecr.send(new PutRegistryScanningConfigurationCommand({ scanType: 'ENHANCED', rules }));
}

function editPolicy(
    edit: (statements: readonly PolicyStatement[]) => readonly PolicyStatement[],
): () => Promise<void> {
    return async () => {
        const { policyText = '' } = await here.ecr.send(
            new GetRepositoryPolicyCommand({ repositoryName: NAME }),
        );
        const policy: { Statement: PolicyStatement[] } = JSON.parse(policyText);
        const changed = JSON.stringify({ ...policy, Statement: edit(policy.Statement) });
        await here.ecr.send(new SetRepositoryPolicyCommand({ repositoryName: NAME, policyText: changed }));
    };
}

function editStatement(sid: string, changes: Readonly<Record<string, unknown>>): () => Promise<void> {
    return editPolicy((statements) =>
        statements.map((one) => (one.Sid === sid ? { ...one, ...changes } : one)),
    );
}

function editRules(edit: (rules: readonly EcrRule[]) => readonly EcrRule[]): () => Promise<void> {
    return async () => {
        const { lifecyclePolicyText = '' } = await here.ecr.send(
            new GetLifecyclePolicyCommand({ repositoryName: NAME }),
        );
        const { rules }: { rules: EcrRule[] } = JSON.parse(lifecyclePolicyText);
        const edited = edit(rules).map((rule, index) => ({ ...rule, rulePriority: index + 1 }));
        await here.ecr.send(
            new PutLifecyclePolicyCommand({
                repositoryName: NAME,
                lifecyclePolicyText: JSON.stringify({ rules: edited }),
            }),
        );
    };
}

/** By what the rule says of itself. */
function isAbout({ description = '' }: EcrRule, words: string): boolean {
    return description.includes(words);
}

function removeRule(words: string): () => Promise<void> {
    return editRules((rules) => rules.filter((rule) => !isAbout(rule, words)));
}

function replaceInRules(from: string, to: string): () => Promise<void> {
    return editRules((rules) => JSON.parse(JSON.stringify(rules).replace(from, to)));
}

function withTags(
    { selection: { tagPrefixList: _, ...selection }, ...rule }: EcrRule,
    tags: Pick<EcrRule['selection'], 'tagPrefixList' | 'tagPatternList'>,
): EcrRule {
    return { ...rule, selection: { ...selection, ...tags } };
}

function withNumber(rule: EcrRule, countNumber: number): EcrRule {
    return { ...rule, selection: { ...rule.selection, countNumber } };
}
