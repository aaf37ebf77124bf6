import type { JsonObject } from '../../../../local/json';
import { type Difference, detectDrift, differencesOf } from '../../../../local/stacks/drift';
import type { Caller } from '../../../../local/stacks/operation';
import type { ExistingResource } from '../../../../local/stacks/state';

const RULES = [{ Id: 'a', ImageRetentionDays: 3 }];

describe('what differs', () => {
    test.each<[string, JsonObject, JsonObject, Difference[]]>([
        ['the same', { ScanOnPush: true }, { ScanOnPush: true }, []],
        [
            'what the template does not set',
            { ScanOnPush: true },
            { ScanOnPush: true, EmptyOnDelete: true },
            [],
        ],
        ['read-only properties', { RepositoryArn: 'a' }, { RepositoryArn: 'b' }, []],
        [
            'another value',
            { ScanOnPush: true },
            { ScanOnPush: false },
            [{ path: '/ScanOnPush', kind: 'NOT_EQUAL', expected: true, actual: false }],
        ],
        [
            'a property that is gone',
            { ScanOnPush: true },
            {},
            [{ path: '/ScanOnPush', kind: 'REMOVE', expected: true, actual: undefined }],
        ],
        [
            'a set in another order',
            { PullAccountIds: ['111111111111', '222222222222'] },
            { PullAccountIds: ['222222222222', '111111111111'] },
            [],
        ],
        [
            'a set with more and less',
            { PullAccountIds: ['111111111111', '222222222222'] },
            { PullAccountIds: ['222222222222', '333333333333', '222222222222'] },
            [
                { path: '/PullAccountIds/0', kind: 'REMOVE', expected: '111111111111', actual: undefined },
                { path: '/PullAccountIds/1', kind: 'ADD', expected: undefined, actual: '333333333333' },
                { path: '/PullAccountIds/2', kind: 'ADD', expected: undefined, actual: '222222222222' },
            ],
        ],
        [
            'objects in a set',
            {
                Tags: [
                    { Key: 'a', Value: '1' },
                    { Key: 'b', Value: '2' },
                ],
            },
            {
                Tags: [
                    { Key: 'b', Value: '2' },
                    { Key: 'a', Value: '3' },
                ],
            },
            [{ path: '/Tags/0/Value', kind: 'NOT_EQUAL', expected: '1', actual: '3' }],
        ],
        [
            'a list in another order',
            { TagPrefixList: ['a', 'b'] },
            { TagPrefixList: ['b', 'a'] },
            [
                { path: '/TagPrefixList/0', kind: 'NOT_EQUAL', expected: 'a', actual: 'b' },
                { path: '/TagPrefixList/1', kind: 'NOT_EQUAL', expected: 'b', actual: 'a' },
            ],
        ],
        [
            'a longer list',
            { TagPrefixList: ['a'] },
            { TagPrefixList: ['a', 'b'] },
            [{ path: '/TagPrefixList/1', kind: 'ADD', expected: undefined, actual: 'b' }],
        ],
        [
            'a shorter list',
            { TagPrefixList: ['a', 'b'] },
            { TagPrefixList: ['a'] },
            [{ path: '/TagPrefixList/1', kind: 'REMOVE', expected: 'b', actual: undefined }],
        ],
        [
            'keys that the template does not have',
            { LifecycleRules: RULES },
            { LifecycleRules: [{ ...RULES[0], Enabled: true }] },
            [],
        ],
        [
            'a value deep inside',
            { LifecycleRules: RULES },
            { LifecycleRules: [{ Id: 'a', ImageRetentionDays: 4 }] },
            [{ path: '/LifecycleRules/0/ImageRetentionDays', kind: 'NOT_EQUAL', expected: 3, actual: 4 }],
        ],
        [
            'a key that a pointer must escape',
            { CustomPolicyStatements: [{ Sid: 'A', 'a/b~c': 1 }] },
            { CustomPolicyStatements: [{ Sid: 'A' }] },
            [{ path: '/CustomPolicyStatements/0/a~1b~0c', kind: 'REMOVE', expected: 1, actual: undefined }],
        ],
    ])('%s', (_, expected, actual, differences) => {
        expect(differencesOf(expected, actual)).toEqual(differences);
    });
});

describe('a resource', () => {
    const record: ExistingResource = {
        logicalId: 'R',
        type: 'Org::Containers::EcrRepository',
        status: 'CREATE_COMPLETE',
        physicalId: 'repo',
        properties: { RepositoryName: 'repo', ScanOnPush: true },
        tags: {},
        model: {},
        dependsOn: [],
        deletionPolicy: 'Delete',
        updateReplacePolicy: 'Delete',
    };
    const caller = (answer: object, asked: unknown[] = []): Caller => ({
        invoke: async (event) => {
            asked.push(event);
            return answer;
        },
        credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
        account: '123456789012',
        region: 'us-east-1',
        stack: { name: 'test', id: 'arn:stack' },
    });
    const read = (ScanOnPush: boolean) => ({
        status: 'SUCCESS',
        resourceModel: { RepositoryName: 'repo', ScanOnPush },
    });

    test('is read by its primary identifier alone', async () => {
        const asked: unknown[] = [];
        expect(await detectDrift(record, caller(read(true), asked))).toMatchObject({ status: 'IN_SYNC' });
        expect(asked).toMatchObject([
            { action: 'READ', requestData: { resourceProperties: { RepositoryName: 'repo' } } },
        ]);
        expect(asked).not.toMatchObject([{ requestData: { resourceProperties: { ScanOnPush: true } } }]);
    });

    test('is modified, deleted, or cannot be read', async () => {
        expect(await detectDrift(record, caller(read(false)))).toMatchObject({ status: 'MODIFIED' });
        const failed = (errorCode: string) => caller({ status: 'FAILED', errorCode, message: 'no' });
        expect(await detectDrift(record, failed('NotFound'))).toMatchObject({
            status: 'DELETED',
            differences: [],
        });
        await expect(detectDrift(record, failed('AccessDenied'))).rejects.toThrow(
            'HandlerErrorCode: AccessDenied',
        );
        await expect(detectDrift(record, caller({ status: 'IN_PROGRESS' }))).rejects.toThrow(
            'must answer at once',
        );
    });
});
