import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../local/json';
import { LambdaFunction } from '../../local/lambda/function';
import { detectDrift, type ResourceDrift } from '../../local/stacks/drift';
import schema from '../../schema.json';
import { isRecord } from '../../src/json';
import type { PartialProperties } from '../../src/properties';

import type { StandIn } from './stand-in';

export type Action = 'CREATE' | 'READ' | 'UPDATE' | 'DELETE' | 'LIST';

/** What a handler answers. */
export interface Progress {
    readonly status: 'IN_PROGRESS' | 'SUCCESS' | 'FAILED';
    readonly errorCode?: string;
    readonly message?: string;
    readonly resourceModel?: PartialProperties;
    readonly resourceModels?: readonly PartialProperties[];
    readonly nextToken?: string;
    readonly callbackContext?: object;
    readonly callbackDelaySeconds?: number;
}

/** What CloudFormation sends beside the action and the properties; each has a default. */
export interface Circumstances {
    readonly previous?: PartialProperties;
    readonly token?: string;
    readonly stackTags?: Readonly<Record<string, string>>;
    readonly previousStackTags?: Readonly<Record<string, string>>;
    readonly accessKeyId?: string;
    readonly account?: string;
    readonly nextToken?: string;
    readonly callbackContext?: object;
    readonly typeConfiguration?: object;
}

/** The properties that READ shows otherwise than declared, in words. Sets come back in any order. */
export function mismatches(wanted: PartialProperties, found: PartialProperties): string[] {
    const unordered = (value: unknown) =>
        Array.isArray(value) ? value.map((item) => JSON.stringify(item, inOneOrder)).sort() : value;
    const asked = Object.entries(wanted).map(([name, value]) => ({
        name,
        value,
        other: found[name as keyof PartialProperties],
    }));
    return asked
        .filter(({ value, other }) => !isDeepStrictEqual(unordered(value), unordered(other)))
        .map(({ name, value, other }) => `${name}: ${JSON.stringify(other)} for ${JSON.stringify(value)}`);
}

/** The keys of an object mean the same in any order. */
function inOneOrder(_key: string, value: unknown): unknown {
    return isRecord(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value;
}

/** As credentials look, and known to nobody. */
export const SECRETS = {
    secretAccessKey: 'not/a/real/secret/access/key/000000000000',
    sessionToken: 'not/a/real/session/token/0000000000000000',
};

/**
 * The bundle as a Lambda function that finds AWS at the stand-in, and CloudFormation's part of the talk with it. It
 * runs in a thread of its own, also because Node's own errors would be no instances of Error in Jest's realm.
 */
export class TypeFunction {
    private readonly folder = mkdtempSync(join(tmpdir(), 'type-function-'));
    private lambda: LambdaFunction | undefined;
    /** What the account's owner has set, in all events that name no other. */
    typeConfiguration: object | null = null;

    constructor(
        private readonly standIn: StandIn,
        private readonly settings: {
            readonly handler?: string;
            readonly timeoutSeconds?: number;
            /** How fast the handlers' own waits pass. */
            readonly speed?: number;
            /** How fast the delays before a call is made again pass; if undefined, as fast as the other waits. */
            readonly retrySpeed?: number;
        } = {},
    ) {}

    /** As Lambda's Invoke API wants it: any event, and the answer as text. */
    invoke(event: unknown): Promise<string> {
        this.lambda ??= this.create();
        return this.lambda.invoke(event);
    }

    private create(): LambdaFunction {
        const { handler = 'entrypoint', timeoutSeconds = 60, speed = 10, retrySpeed = 100 } = this.settings;
        return new LambdaFunction({
            name: 'TypeFunction',
            handler,
            bundle: join(__dirname, '../../dist/handlers.js'),
            environment: {
                AWS_ENDPOINT_URL: this.standIn.url,
                WAIT_SPEED: String(speed),
                RETRY_SPEED: String(retrySpeed),
                NODE_V8_COVERAGE: process.env['NODE_V8_COVERAGE'],
            },
            logFile: join(this.folder, 'log'),
            timeoutSeconds,
        });
    }

    /** One event and its answer. */
    async call(
        action: Action,
        properties: PartialProperties,
        circumstances: Circumstances = {},
    ): Promise<Progress> {
        return JSON.parse(await this.invoke(this.event(action, properties, circumstances)));
    }

    /** Event after event until it is done, as CloudFormation does; the waiting in between passes on AWS's clock. */
    async run(
        action: Action,
        properties: PartialProperties,
        circumstances: Circumstances = {},
    ): Promise<Progress> {
        const all = { token: randomUUID(), ...circumstances };
        let progress = await this.call(action, properties, all);
        while (progress.status === 'IN_PROGRESS') {
            const { resourceModel = {}, callbackContext = {}, callbackDelaySeconds = 0 } = progress;
            this.standIn.server.world.clock.advance(callbackDelaySeconds * 1_000);
            progress = await this.call(action, resourceModel, { ...all, callbackContext });
        }
        return progress;
    }

    /** What the local CloudFormation finds to differ from a template: by a Read with the identifier alone. */
    drift(declared: PartialProperties): Promise<ResourceDrift> {
        const { RepositoryName: physicalId = '' } = declared;
        const caller = {
            invoke: async (event: unknown) => JSON.parse(await this.invoke(event)),
            credentials: { accessKeyId: 'ACCESSKEYOFTHECALLER', ...SECRETS },
            account: this.standIn.account,
            region: this.standIn.region,
            stack: { name: 'test', id: 'arn:aws:cloudformation:us-east-1:123456789012:stack/test/1' },
        };
        const record = {
            logicalId: 'Repository',
            type: schema.typeName,
            status: 'CREATE_COMPLETE',
            physicalId,
            properties: declared as JsonObject,
            tags: {},
            model: {},
            dependsOn: [],
            deletionPolicy: 'Delete',
            updateReplacePolicy: 'Delete',
        } as const;
        return detectDrift(record, caller);
    }

    event(action: Action, properties: PartialProperties, circumstances: Circumstances = {}) {
        const { token = randomUUID(), accessKeyId = 'ACCESSKEYOFTHECALLER' } = circumstances;
        const { account = this.standIn.account } = circumstances;
        return {
            action,
            awsAccountId: account,
            region: this.standIn.region,
            bearerToken: token,
            resourceType: 'Org::Containers::EcrRepository',
            callbackContext: circumstances.callbackContext ?? null,
            nextToken: circumstances.nextToken ?? null,
            requestData: {
                callerCredentials: { accessKeyId, ...SECRETS },
                logicalResourceId: 'Repository',
                resourceProperties: properties,
                previousResourceProperties: circumstances.previous ?? null,
                stackTags: circumstances.stackTags ?? {},
                previousStackTags: circumstances.previousStackTags ?? {},
                typeConfiguration: circumstances.typeConfiguration ?? this.typeConfiguration,
            },
        };
    }

    /** All that it has printed so far. */
    get printed(): string {
        return readFileSync(join(this.folder, 'log'), 'utf8');
    }

    async close(): Promise<void> {
        await this.lambda?.close();
        rmSync(this.folder, { recursive: true });
    }
}
