import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import schema from '../../schema.json';
import type { PartialProperties, TypeConfiguration } from '../../src/properties';
import { describeRepository } from '../support/held';
import { IDENTIFIER, KEY, NAME } from '../support/my-app';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/* What an organization asks of every repository by the configuration of the type. */

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
const account = useAccount(standIn);

const lifecycle = (selection: object, action: object = { type: 'expire' }) =>
    JSON.stringify({ rules: [{ rulePriority: 1, selection, action }] });

const ARCHIVE = { type: 'transition', targetStorageClass: 'archive' };

interface Case {
    readonly configuration: TypeConfiguration;
    readonly refused: readonly PartialProperties[];
    readonly allowed: readonly PartialProperties[];
}

const AGE = { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days' };

/** Each setting with what it refuses and what it lets pass; the other properties have their defaults. */
const CASES: Readonly<Record<keyof TypeConfiguration, Case>> = {
    RequireImmutableTags: {
        configuration: { RequireImmutableTags: true },
        refused: [{}, { ImageTagMutability: 'MUTABLE' }],
        allowed: [
            { ImageTagMutability: 'IMMUTABLE' },
            {
                ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
                ImageTagMutabilityExclusionFilters: ['latest'],
            },
        ],
    },
    RequireScanning: {
        configuration: { RequireScanning: true },
        refused: [{ ScanOnPush: false }],
        allowed: [{}, { ScanOnPush: true }, { ScanOnPush: false, EnableRegistryScanning: true }],
    },
    RequireKmsKey: {
        configuration: { RequireKmsKey: true },
        refused: [{}, { EncryptionType: 'KMS' }],
        allowed: [{ EncryptionType: 'KMS', KmsKeyArn: KEY }],
    },
    MaxImageRetentionDays: {
        configuration: { MaxImageRetentionDays: 90 },
        refused: [
            {},
            { ImageRetentionDays: 91 },
            { ImageRetentionDays: 30, EnableLifecyclePolicy: false },
            { ImageRetentionCount: 5 },
            { LifecyclePolicyText: lifecycle({ ...AGE, countNumber: 91 }) },
            { LifecyclePolicyText: lifecycle({ ...AGE, tagStatus: 'untagged', countNumber: 5 }) },
            { LifecyclePolicyText: lifecycle({ ...AGE, countNumber: 90 }, ARCHIVE) },
        ],
        allowed: [
            { ImageRetentionDays: 90 },
            { LifecycleRules: [{ Id: 'all', ImageRetentionDays: 30 }] },
            { LifecyclePolicyText: lifecycle({ ...AGE, countNumber: 90 }) },
        ],
    },
};

const rows = Object.entries(CASES).flatMap(([name, { configuration, refused, allowed }]) => [
    ...refused.map((properties) => [name, 'refuses', properties, configuration] as const),
    ...allowed.map((properties) => [name, 'allows', properties, configuration] as const),
]);

test('every setting of the schema has its cases', () => {
    expect(Object.keys(CASES)).toEqual(Object.keys(schema.typeConfiguration.properties));
});

test.each(rows)('%s %s %j', async (name, verdict, properties, typeConfiguration) => {
    const progress = await typeFunction.run(
        'CREATE',
        { ...IDENTIFIER, ...properties },
        { typeConfiguration },
    );
    const repository = await describeRepository(account);
    if (verdict === 'allows') {
        expect(progress).toMatchObject({ status: 'SUCCESS', message: '' });
        expect(repository).toBeDefined();
    } else {
        expect(progress).toMatchObject({ status: 'FAILED', errorCode: 'InvalidRequest' });
        expect(progress.message).toContain(
            `The type configuration of this account and Region asks for it by ${name}.`,
        );
        expect(repository).toBeUndefined();
    }
});

test('all that is wrong is in one message', async () => {
    const typeConfiguration = { RequireImmutableTags: true, RequireKmsKey: true, MaxImageRetentionDays: 30 };
    const { message } = await typeFunction.run('CREATE', IDENTIFIER, { typeConfiguration });
    expect(message?.match(/^- \w+/gm)).toEqual([
        '- ImageTagMutability',
        '- KmsKeyArn',
        '- ImageRetentionDays',
    ]);
});

describe('an update', () => {
    const STRICT: TypeConfiguration = { RequireImmutableTags: true };
    const MUTABLE: PartialProperties = { ...IDENTIFIER, ImageTagMutability: 'MUTABLE' };
    const IMMUTABLE: PartialProperties = { ...IDENTIFIER, ImageTagMutability: 'IMMUTABLE' };

    test('to what the configuration forbids is refused, and writes nothing', async () => {
        await typeFunction.run('CREATE', IMMUTABLE);
        const progress = await typeFunction.run('UPDATE', MUTABLE, {
            previous: IMMUTABLE,
            typeConfiguration: STRICT,
        });
        expect(progress).toMatchObject({ status: 'FAILED', errorCode: 'InvalidRequest' });
        expect(await describeRepository(account)).toMatchObject({ imageTagMutability: 'IMMUTABLE' });
    });

    test('of what was there before the configuration passes, or the stack could not roll back', async () => {
        await typeFunction.run('CREATE', MUTABLE);
        const tagged = { ...MUTABLE, Tags: [{ Key: 'Stage', Value: 'test' }] };
        const circumstances = { previous: MUTABLE, typeConfiguration: STRICT };
        expect(await typeFunction.run('UPDATE', tagged, circumstances)).toMatchObject({ status: 'SUCCESS' });
        const both = { previous: MUTABLE, typeConfiguration: { ...STRICT, RequireScanning: true } };
        const worse = await typeFunction.run('UPDATE', { ...MUTABLE, ScanOnPush: false }, both);
        expect(worse.message).toContain('ScanOnPush: given false');
        expect(worse.message).not.toContain('ImageTagMutability');
    });

    test('after an import is checked whole, even if CloudFormation says that it was so before', async () => {
        await account.ecr.send(new CreateRepositoryCommand({ repositoryName: NAME }));
        const progress = await typeFunction.run('UPDATE', MUTABLE, {
            previous: MUTABLE,
            typeConfiguration: STRICT,
        });
        expect(progress).toMatchObject({ status: 'FAILED', errorCode: 'InvalidRequest' });
    });
});

test.each<[string, object]>([
    ['RequireImmutableTags: given "yes", wanted a boolean', { RequireImmutableTags: 'yes' }],
    ['MaxImageRetentionDays: given 0, wanted at least 1', { MaxImageRetentionDays: 0 }],
    ['Colour: given a property that does not exist', { Colour: 'red' }],
])('a configuration that is not valid is told so: %s', async (sentence, typeConfiguration) => {
    const progress = await typeFunction.run('CREATE', IDENTIFIER, { typeConfiguration });
    expect(progress).toMatchObject({ status: 'FAILED', errorCode: 'InvalidTypeConfiguration' });
    expect(progress.message).toContain(sentence);
});

test('READ, LIST and DELETE do not look at the configuration', async () => {
    await typeFunction.run('CREATE', IDENTIFIER);
    for (const typeConfiguration of [{ RequireKmsKey: true }, { Colour: 'red' }]) {
        for (const action of ['READ', 'LIST'] as const) {
            const progress = await typeFunction.run(action, IDENTIFIER, { typeConfiguration });
            expect(progress).toMatchObject({ status: 'SUCCESS' });
        }
    }
    const progress = await typeFunction.run('DELETE', IDENTIFIER, { typeConfiguration: { Colour: 'red' } });
    expect(progress).toMatchObject({ status: 'SUCCESS' });
    expect(await describeRepository(account)).toBeUndefined();
});
