import fc from 'fast-check';
import schema from '../../schema.json';
import type { Properties, ReplicationDestination, Severity } from '../../src/properties';
import { properties } from './arbitraries';

/*
 * Input that is meant to break something: what the schema allows at its limits, and what nothing allows.
 */

/** Text that somebody takes for code, or that has no simple length. */
const SNIPPETS = [
    ...[
        `\${AWS::Region}`,
        `\${!Literal}`,
        '{{resolve:secretsmanager:x}}',
        '$.detail',
        '<status>',
        '%s%n',
        '\\u0000',
    ],
    ...[
        '"',
        "'",
        '`',
        '\\',
        '</script>',
        '{"a":1}',
        '[]',
        'null',
        '-1',
        '1e400',
        '*',
        '?',
        ':',
        ';',
        '|',
        '&&',
    ],
    ...['\0', '\u0007', '\n', '\r\n', '\t', '\u001b[0m', '\u007f', '\u2028', '\u202e', '\ufeff'],
    ...['ä', 'ß', 'İ', '漢字', '👩‍👩‍👧', '𝒜', 'e\u0301', '\ud800', ' ', '  '],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'length', 'aws:', 'AWS:x'],
];

const snippet = fc.constantFrom(...SNIPPETS);

/** Any text of up to so many characters, often as long as that. */
const text = (most: number): fc.Arbitrary<string> =>
    fc.oneof(
        fc.array(snippet, { maxLength: 4 }).map((parts) => parts.join('')),
        fc.string({ unit: 'binary', maxLength: Math.min(most, 40) }),
        fc.constantFrom('a', '/', 'ä', '𝒜').map((one) => one.repeat(most)),
    );

/** ECR's names at their longest, and with all the marks that they may have. */
const boundaryName: fc.Arbitrary<string> = fc.oneof(
    fc.stringMatching(/^[a-z0-9]{1,8}(([._]|__|-{1,5}|\/)[a-z0-9]{1,8}){1,20}$/),
    fc
        .constantFrom('a', 'a/', 'a-', 'a.', 'a__')
        .map((one) => `${one.repeat(256).slice(0, 255)}z`.replace(/[._-]+z$/, 'zz').slice(-256)),
);

const key = fc.oneof(
    fc.constantFrom(
        '__proto__',
        'constructor',
        'toString',
        'valueOf',
        'hasOwnProperty',
        'Größe',
        'a b/c.d_e:f=g+h-i@j',
    ),
    fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{1,128}$/),
    text(128),
);

const tag = fc.record({
    Key: key,
    Value: fc.oneof(fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{0,256}$/), text(256)),
});

/** A value of any JSON type; objects have the keys that JavaScript's own objects have. */
export const anything: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    leaf: fc.oneof(
        fc.constantFrom(null, true, false, 0, -1, 0.5, 1e21, 1e308, 2 ** 31, 2 ** 53, '', 'true', '5', 'NaN'),
        text(300),
    ),
    value: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        tie('leaf'),
        fc.array(tie('value'), { maxLength: 4 }),
        fc
            .array(
                fc.tuple(
                    fc.oneof(snippet, fc.constantFrom('Key', 'Value', 'AWS', 'StringEquals')),
                    tie('value'),
                ),
                {
                    maxLength: 4,
                },
            )
            .map((entries) => Object.fromEntries(entries)),
    ),
})).value;

const soundTag = fc.record({
    Key: fc.oneof(
        fc.constantFrom(
            '__proto__',
            'constructor',
            'toString',
            'Größe',
            'a b/c.d_e:f=g+h-i@j',
            'K'.repeat(128),
        ),
        fc.stringMatching(/^[A-Za-z0-9_.:/=+@-]{5,128}$/),
    ),
    Value: fc.constantFrom('', 'V'.repeat(256), '𝒜'.repeat(256), '漢字 ß', '1'),
});

const soundArn = fc.constantFrom(
    `arn:aws:sns:us-east-1:123456789012:${'t'.repeat(256)}`,
    'arn:aws:sns:us-east-1:123456789012:alerts',
    'arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST',
    'arn:aws:ssm:us-east-1:123456789012:opsitem:1#CATEGORY=Security',
    'arn:aws:ssm-incidents::123456789012:responseplan/plan',
    `arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:${'p'.repeat(900)}`,
);

const words = (...list: string[]) => fc.constantFrom(...list);
const textOrList = fc.oneof(text(40), fc.array(text(40), { maxLength: 3 }));

/** What may be taken for a statement, right in most of its elements. */
const statement: fc.Arbitrary<Record<string, unknown>> = fc
    .tuple(
        fc.record(
            {
                Sid: fc.oneof(words('Own', 'EcrRepositoryPull'), text(60), anything),
                Effect: words('Allow', 'Deny'),
                Principal: fc.oneof(
                    words('*'),
                    fc.record({ AWS: fc.oneof(words('111111111111', '*'), textOrList) }),
                    fc.dictionary(snippet, textOrList),
                    anything,
                ),
                Action: fc.oneof(words('ecr:*', 'ecr:BatchGetImage', '*'), textOrList, anything),
                Resource: fc.oneof(words('*'), textOrList, anything),
                Condition: fc.oneof(
                    fc.dictionary(
                        fc.oneof(words('StringEquals', 'ArnLike'), snippet),
                        fc.dictionary(
                            fc.oneof(words('aws:PrincipalOrgID'), snippet),
                            fc.oneof(textOrList, anything),
                        ),
                    ),
                    anything,
                ),
            },
            { requiredKeys: ['Effect', 'Principal', 'Action'] },
        ),
        fc.dictionary(snippet, anything, { maxKeys: 1 }),
    )
    .map(([elements, others]) => ({ ...others, ...elements }));

const soundStatement = fc
    .tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 1, max: 3000 }))
    .map(([number, size]) => ({
        Sid: `Own${number}`,
        Effect: 'Allow',
        Principal: { AWS: '111111111111' },
        Action: 'ecr:BatchGetImage',
        Condition: { StringLike: { 'aws:PrincipalTag/${x}': 'ä"\\\n'.repeat(size / 4) } },
    }));

const lifecycleText = fc.oneof(
    text(30_720),
    anything.map((value) => JSON.stringify(value)),
    fc
        .tuple(anything, fc.integer({ min: 1, max: 60 }), fc.oneof(text(700), fc.constant('x')), fc.integer())
        .map(([odd, rules, description, countNumber]) =>
            JSON.stringify({
                rules: Array.from({ length: rules }, (_, n) => ({
                    rulePriority: n + 1,
                    description,
                    selection: {
                        tagStatus: 'tagged',
                        tagPrefixList: [`p${n}`],
                        countType: 'imageCountMoreThan',
                        countNumber: n === 7 ? odd : Math.abs(countNumber) + 1,
                    },
                    action: { type: 'expire' },
                })),
            }),
        ),
    words(
        '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":9007199254740993},"action":{"type":"expire"}}]}',
    ),
);

const topics = words(
    `arn:aws:sns:us-east-1:123456789012:${'t'.repeat(256)}`,
    'arn:aws-cn:sns:cn-north-1:123456789012:t',
);

const arn = fc.oneof(
    topics,
    words(
        'arn:aws:sns:us-east-1:123456789012:t.fifo',
        'arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST',
        'arn:aws:ssm:us-east-1:123456789012:opsitem:1#CATEGORY=Security',
        'arn:aws:sns:us-east-1:123456789012:t\n',
    ),
    text(200).map((end) => `arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:${end}`),
);

/** Four wildcards at most, and as long as tags are. */
const tagPattern = fc
    .tuple(fc.stringMatching(/^[A-Za-z0-9._-]{1,124}$/), fc.integer({ min: 0, max: 4 }))
    .map(([tag, wildcards]) => tag + '*a'.repeat(wildcards).slice(0, 128 - tag.length));

const severities = fc.constantFrom<Severity[]>(['LOW'], ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']);

/** A whole number at the ends of what the schema allows. */
const integer = (name: keyof typeof schema.properties) => {
    const { minimum = 0, maximum = 0 } = schema.properties[name] as { minimum?: number; maximum?: number };
    return fc.constantFrom(minimum, maximum, minimum + 1);
};

/** At the schema's limits, each property by itself as AWS takes it. */
export const boundaryValues: fc.Arbitrary<Properties> = fc
    .tuple(
        boundaryName,
        properties,
        fc.record(
            {
                UntaggedImageRetentionCount: integer('UntaggedImageRetentionCount'),
                TaggedImageRetentionCount: integer('TaggedImageRetentionCount'),
                ImageRetentionDays: integer('ImageRetentionDays'),
                UntaggedImageRetentionDays: integer('UntaggedImageRetentionDays'),
                ImageRetentionCount: integer('ImageRetentionCount'),
                ArchiveAfterDaysWithoutPull: integer('ArchiveAfterDaysWithoutPull'),
                ArchivedImageRetentionDays: integer('ArchivedImageRetentionDays'),
                MaxExpiringImages: integer('MaxExpiringImages'),
                ProtectedTagPatterns: fc.uniqueArray(tagPattern, { maxLength: 48, size: 'max' }),
                VulnerabilityThreshold: integer('VulnerabilityThreshold'),
                AlarmSeverities: severities,
                NotifySeverities: severities,
                NotificationFormat: fc.constantFrom('TEXT', 'CHATBOT'),
                SigningProfileArn: fc.constantFrom('p_', 'P'.repeat(64)).map(signingProfile),
                TagPrefixList: fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/), {
                    maxLength: 48,
                    size: 'max',
                }),
                CustomPolicyStatements: fc.uniqueArray(soundStatement, {
                    maxLength: 4,
                    selector: ({ Sid }) => Sid,
                }),
                PullAccountIds: fc.constantFrom(0, 1, 200, 600).map(accounts),
                AlarmActions: fc.uniqueArray(soundArn, { maxLength: 5 }),
                Tags: fc.uniqueArray(soundTag, { maxLength: 40, size: 'max', selector: ({ Key }) => Key }),
                ReplicationDestinations: fc.constantFrom<ReplicationDestination[]>([
                    { Region: 'eu-west-1', EnableReplicationMetrics: true },
                ]),
            },
            { requiredKeys: [] },
        ),
    )
    .map(([RepositoryName, usual, boundaryValue]) => ({ ...usual, ...boundaryValue, RepositoryName }));

/** As the schema allows, and mostly wrong in some other way. */
export const wild: fc.Arbitrary<Properties> = fc
    .tuple(
        boundaryValues,
        fc.record(
            {
                LifecyclePolicyText: lifecycleText,
                CustomPolicyStatements: fc.array(statement, { maxLength: 3 }),
                AlarmActions: fc.uniqueArray(arn, { maxLength: 5 }),
                SnsTopicArn: topics,
                Tags: fc.uniqueArray(tag, { maxLength: 50, selector: ({ Key }) => Key }),
            },
            { requiredKeys: [] },
        ),
    )
    .map(([boundaryValue, odd]) => ({ ...boundaryValue, ...odd }));

function signingProfile(name: string): string {
    return `arn:aws:signer:us-east-1:123456789012:/signing-profiles/${name}`;
}

function accounts(count: number): string[] {
    return Array.from({ length: count }, (_, n) => `${n}`.padStart(12, '0'));
}

/** Tags of a stack. */
export const stackTags = fc.oneof(fc.constant({}), fc.dictionary(key, text(256), { maxKeys: 5 }));

/** The same document with one thing in it, wherever, replaced, taken out or added. */
export function mutate(
    document: unknown,
    where: number,
    what: unknown,
    how: 'replace' | 'remove' | 'add',
): unknown {
    const copy = structuredClone(document);
    const places = placesIn(copy);
    const place = places[where % places.length];
    if (!place) {
        return what;
    }
    const { parent, name } = place;
    if (how === 'remove') {
        Reflect.deleteProperty(parent, name);
    } else {
        Object.defineProperty(parent, how === 'add' ? `${name}${name}` : name, {
            value: what,
            enumerable: true,
            configurable: true,
            writable: true,
        });
    }
    return copy;
}

function placesIn(node: unknown): { parent: object; name: string }[] {
    return typeof node === 'object' && node !== null
        ? Object.entries(node).flatMap(([name, value]) => [{ parent: node, name }, ...placesIn(value)])
        : [];
}
