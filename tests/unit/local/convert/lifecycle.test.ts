import { propertiesOf } from '../../../support/converted';

const rules = (...list: object[]) => ({
    RepositoryName: 'api',
    LifecyclePolicy: {
        LifecyclePolicyText: JSON.stringify({
            rules: list.map((rule, index) => ({
                rulePriority: index + 1,
                action: { type: 'expire' },
                ...rule,
            })),
        }),
    },
});

const UNTAGGED = { selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 3 } };

const newest = (...tagPrefixList: string[]) => ({
    selection: { tagStatus: 'tagged', tagPrefixList, countType: 'imageCountMoreThan', countNumber: 10 },
});

describe('the lifecycle policy', () => {
    test('in the settings, where they mean the same; which of two disjoint rules is first does not matter', () => {
        const settings = {
            RepositoryName: 'api',
            ScanOnPush: false,
            EnableLifecyclePolicy: true,
            TagPrefixList: ['v', 'prod'],
            TaggedImageRetentionCount: 10,
            UntaggedImageRetentionCount: 3,
            ImageRetentionDays: 0,
        };
        expect(propertiesOf(rules(newest('v'), newest('prod'), UNTAGGED))).toEqual(settings);
        expect(propertiesOf(rules(UNTAGGED, newest('v'), newest('prod')))).toEqual(settings);
    });

    test('in rules of their own, where one setting cannot say it', () => {
        expect(propertiesOf(rules({ ...UNTAGGED, description: 'Keep: 3!' }))).toMatchObject({
            LifecycleRules: [{ Id: '1 Keep 3', UntaggedImageRetentionCount: 3 }],
        });
    });

    test.each([
        ['two prefixes in one rule, which an image must both have', [newest('v', 'prod')]],
        ['archiving', [{ ...UNTAGGED, action: { type: 'transition', targetStorageClass: 'archive' } }]],
        ['what ECR would refuse', [UNTAGGED, UNTAGGED]],
    ])('as it is: %s', (_what, list) => {
        const given = rules(...list);
        const { LifecyclePolicyText } = given.LifecyclePolicy;
        expect(propertiesOf(given)).toMatchObject({ EnableLifecyclePolicy: true, LifecyclePolicyText });
    });

    test('with functions in a text, in an object and around everything', () => {
        const selection = { ...UNTAGGED.selection, countNumber: { Ref: 'Keep' } };
        const policy = { rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }] };
        const properties = (LifecyclePolicyText: unknown) =>
            propertiesOf({ RepositoryName: 'api', LifecyclePolicy: { LifecyclePolicyText } });
        const words = { LifecycleRules: [{ Id: '1', UntaggedImageRetentionCount: { Ref: 'Keep' } }] };
        expect(properties({ 'Fn::ToJsonString': policy })).toMatchObject(words);
        const text = JSON.stringify(policy).replace('{"Ref":"Keep"}', `\${Keep}`);
        expect(properties({ 'Fn::Sub': text })).toMatchObject(words);
        const optional = { 'Fn::If': ['HasPolicy', { LifecyclePolicyText: text }, { Ref: 'AWS::NoValue' }] };
        expect(propertiesOf({ RepositoryName: 'api', LifecyclePolicy: optional })).toMatchObject({
            EnableLifecyclePolicy: { 'Fn::If': ['HasPolicy', true, false] },
            LifecyclePolicyText: { 'Fn::If': ['HasPolicy', text, { Ref: 'AWS::NoValue' }] },
        });
    });
});
