import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { strFromU8, unzipSync } from 'fflate';
import { type Moto, startMoto } from './moto';

/** One registration, and the version that it becomes. */
interface Registration {
    readonly token: string;
    readonly clientToken: string;
    readonly schema: string;
    readonly executionRole: string | undefined;
    readonly logging: { readonly LogRoleArn: string; readonly LogGroupName: string } | undefined;
    status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED';
    description: string;
    /** How often it was asked for. */
    looks: number;
    /** Once it is complete. */
    id?: string;
    live: boolean;
    /** By AWS's contract tests. */
    tests: 'NOT_TESTED' | 'PASSED';
}

/** A type in one Region. */
interface Type {
    readonly registrations: Registration[];
    count: number;
    defaultId: string | undefined;
}

class Denial extends Error {
    constructor(
        readonly code: string,
        message: string,
        readonly status = 400,
    ) {
        super(message);
    }
}

type Form = Readonly<Record<string, string>>;

/** As values of XML elements; an array becomes an element with members. */
export type Answer = {
    readonly [element: string]: string | boolean | undefined | Answer | readonly Answer[] | string[];
};

/**
 * AWS for scripts/register.ts. moto has no CloudFormation registry, so this is one, as small as the script's use of
 * it, after the API Reference (RegisterType and its neighbours); the words of its errors are those of public reports
 * where there are any. The rest is moto's, but for a bucket's expected owner, which moto does not look at.
 */
export class RegistryStandIn {
    /** What was called, as IAM names it. */
    readonly calls: string[] = [];
    /** What the caller has no right to. */
    readonly denied = new Set<string>();
    /** Buckets of another account. */
    readonly foreign = new Set<string>();
    /** How often a registration is still under way when asked for. */
    looks = 0;
    /** Versions that cannot be deregistered just now. */
    readonly refusedVersions = new Set<string>();
    /** Why registrations fail, if they are to. */
    failure: string | undefined;
    private readonly types = new Map<string, Type>();

    private constructor(
        readonly moto: Moto,
        private readonly server: Server,
    ) {
        server.on('request', (incoming, outgoing) => {
            this.serve(incoming, outgoing).catch(() => outgoing.destroy());
        });
    }

    static async start(): Promise<RegistryStandIn> {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        return new RegistryStandIn(await startMoto(), server);
    }

    /** For AWS_ENDPOINT_URL. */
    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    get account(): string {
        return '123456789012';
    }

    /** A fresh account. */
    async reset(): Promise<void> {
        this.calls.length = 0;
        this.denied.clear();
        this.foreign.clear();
        this.refusedVersions.clear();
        this.types.clear();
        this.looks = 0;
        this.failure = undefined;
        await this.moto.reset();
    }

    /** The IDs of the versions that can be used, and the default one. */
    versions(region = 'us-east-1'): {
        readonly live: readonly string[];
        readonly default: string | undefined;
    } {
        const { registrations, defaultId } = this.type(region);
        return {
            live: registrations.flatMap(({ live, id }) => (live && id ? [id] : [])),
            default: defaultId,
        };
    }

    /** Has so many versions, copies of the newest. */
    fill(region: string, count: number): void {
        const { registrations, ...type } = this.type(region);
        const newest = registrations.at(-1);
        if (!newest) {
            throw new Error('There is nothing to copy.');
        }
        for (let n = registrations.length; n < count; n++) {
            registrations.push({ ...newest, id: String(n + 1).padStart(8, '0') });
        }
        this.types.set(region, { ...type, registrations, count });
    }

    /** The calls that change something. */
    writes(): readonly string[] {
        return this.calls.filter((action) => !/:(Describe|Get|List)/.test(action));
    }

    async stop(): Promise<void> {
        this.server.close();
        this.server.closeAllConnections();
        await this.moto.stop();
    }

    private type(region: string): Type {
        const type = this.types.get(region) ?? { registrations: [], count: 0, defaultId: undefined };
        this.types.set(region, type);
        return type;
    }

    private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
        const body = await buffer(incoming);
        const [, region = '', service = ''] =
            /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(incoming.headers.authorization ?? '') ?? [];
        const form: Form = Object.fromEntries(new URLSearchParams(body.toString()));
        const action = service === 's3' ? s3Action(incoming) : `${service}:${form['Action']}`;
        this.calls.push(action);
        try {
            if (this.denied.has(action)) {
                throw new Denial(
                    service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
                    `User: tester is not authorized to perform: ${action}`,
                    403,
                );
            }
            const answer = service === 'cloudformation' ? await this.answer(form, region) : undefined;
            if (answer) {
                send(outgoing, form['Action'] ?? '', answer);
                return;
            }
            this.checkOwner(incoming);
            await forward(this.moto.url, incoming, body, outgoing);
        } catch (error) {
            if (!(error instanceof Denial)) {
                throw error;
            }
            deny(outgoing, error, service, incoming.method);
        }
    }

    /** Undefined for what is none of the registry's actions. */
    private async answer(form: Form, region: string): Promise<Answer | undefined> {
        const type = this.type(region);
        switch (form['Action']) {
            case 'RegisterType':
                return this.register(form, type);
            case 'DescribeTypeRegistration':
                return this.describeRegistration(form, type, region);
            case 'ListTypeRegistrations':
                return listRegistrations(form, type);
            case 'ListTypeVersions':
                return listVersions(form, type);
            case 'DescribeType':
                return describeType(form, type);
            case 'SetTypeDefaultVersion':
                type.defaultId = liveVersion(form, type).id;
                return {};
            case 'TestType':
                liveVersion(form, type).tests = 'PASSED';
                return {};
            case 'DeregisterType':
                if (this.refusedVersions.has(form['VersionId'] ?? '')) {
                    throw new Denial('CFNRegistryException', 'Internal Failure', 500);
                }
                return deregister(form, type);
            default:
                return undefined;
        }
    }

    private async register(form: Form, type: Type): Promise<Answer> {
        const { ClientRequestToken: clientToken = randomUUID() } = form;
        const earlier = type.registrations.find((each) => each.clientToken === clientToken);
        if (earlier) {
            return { RegistrationToken: earlier.token };
        }
        if (type.registrations.filter(({ live }) => live).length >= 50) {
            throw new Denial('CFNRegistryException', 'Limit exceeded for number of versions');
        }
        const schema = await this.packagedSchema(form['SchemaHandlerPackage'] ?? '');
        const { typeName, primaryIdentifier } = JSON.parse(schema);
        if (typeName !== form['TypeName'] || !primaryIdentifier) {
            throw new Denial(
                'CFNRegistryException',
                'Schema failed validation: required key [primaryIdentifier] not found',
            );
        }
        const { 'LoggingConfig.LogRoleArn': LogRoleArn, 'LoggingConfig.LogGroupName': LogGroupName } = form;
        const registration: Registration = {
            token: randomUUID(),
            clientToken,
            schema,
            executionRole: form['ExecutionRoleArn'],
            logging: LogRoleArn && LogGroupName ? { LogRoleArn, LogGroupName } : undefined,
            status: 'IN_PROGRESS',
            description: 'Deployment is currently in VALIDATE_STAGE of status IN_PROGRESS',
            looks: 0,
            live: false,
            tests: 'NOT_TESTED',
        };
        type.registrations.push(registration);
        return { RegistrationToken: registration.token };
    }

    /** From the bucket, as the registry does with the caller's rights. */
    private async packagedSchema(url: string): Promise<string> {
        const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
        const s3 = new S3Client({
            endpoint: this.moto.url,
            region: 'us-east-1',
            credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
        });
        try {
            const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
            const content = (await Body?.transformToByteArray()) ?? new Uint8Array();
            return strFromU8(unzipSync(content)['schema.json'] ?? new Uint8Array());
        } catch {
            throw new Denial(
                'CFNRegistryException',
                'Error validating schemaHandlerPackage. Check the permissions on the bucket and object in your account and try again.',
            );
        } finally {
            s3.destroy();
        }
    }

    private describeRegistration(form: Form, type: Type, region: string): Answer {
        const found = type.registrations.find(({ token }) => token === form['RegistrationToken']);
        if (!found) {
            throw new Denial(
                'CFNRegistryException',
                `No registration token matches ${form['RegistrationToken']}.`,
            );
        }
        found.looks += 1;
        if (found.status === 'IN_PROGRESS' && found.looks > this.looks) {
            this.settle(found, type);
        }
        const arn = `arn:aws:cloudformation:${region}:${this.account}:type/resource/Org-Containers-EcrRepository`;
        return {
            ProgressStatus: found.status,
            Description: found.description,
            TypeArn: found.id && arn,
            TypeVersionArn: found.id && `${arn}/${found.id}`,
        };
    }

    private settle(registration: Registration, type: Type): void {
        if (this.failure) {
            registration.status = 'FAILED';
            registration.description = this.failure;
            return;
        }
        registration.status = 'COMPLETE';
        registration.description = 'Deployment is currently in DEPLOY_STAGE of status COMPLETED';
        registration.live = true;
        type.count += 1;
        registration.id = String(type.count).padStart(8, '0');
        type.defaultId ??= registration.id;
    }

    private checkOwner({ url = '', headers }: IncomingMessage): void {
        const bucket = /^\/([^/?]+)/.exec(url)?.[1] ?? '';
        if (!this.foreign.has(bucket)) {
            return;
        }
        if (headers['x-amz-expected-bucket-owner'] !== undefined) {
            throw new Denial('AccessDenied', 'Access Denied', 403);
        }
    }
}

function listRegistrations(form: Form, type: Type): Answer {
    const status = form['RegistrationStatusFilter'] ?? 'IN_PROGRESS';
    return page(
        form,
        'RegistrationTokenList',
        type.registrations.filter((each) => each.status === status).map(({ token }) => token),
    );
}

function listVersions(form: Form, type: Type): Answer {
    const live = liveVersions(form, type);
    return page(
        form,
        'TypeVersionSummaries',
        live.map(({ id, schema }) => ({
            Type: 'RESOURCE',
            TypeName: form['TypeName'],
            VersionId: id,
            IsDefaultVersion: id === type.defaultId,
            TimeCreated: '2026-11-01T12:00:00.000Z',
            Description: JSON.parse(schema).description,
        })),
    );
}

function describeType(form: Form, type: Type): Answer {
    const { id, schema, executionRole, logging, tests } = liveVersion(form, type);
    return {
        VersionId: id,
        IsDefaultVersion: id === type.defaultId,
        DefaultVersionId: type.defaultId,
        Schema: schema,
        ExecutionRoleArn: executionRole,
        LoggingConfig: logging,
        TypeTestsStatus: tests,
    };
}

function deregister(form: Form, type: Type): Answer {
    const live = liveVersions(form, type);
    const { VersionId: wanted } = form;
    if (wanted !== undefined && wanted === type.defaultId) {
        throw new Denial(
            'CFNRegistryException',
            `Version '${wanted}' is the default version and cannot be deregistered. ` +
                `Deregister the resource type '${form['TypeName']}' instead.`,
        );
    }
    if (wanted === undefined && live.length > 1) {
        throw new Denial('CFNRegistryException', 'There are other active versions. Deregister them first.');
    }
    liveVersion(form, type).live = false;
    if (wanted === undefined) {
        type.defaultId = undefined;
    }
    return {};
}

function liveVersions(form: Form, type: Type): readonly Registration[] {
    const live = type.registrations.filter(({ live }) => live);
    if (live.length === 0) {
        throw new Denial('CFNRegistryException', `The type '${form['TypeName']}' cannot be found.`);
    }
    return live;
}

function liveVersion(form: Form, type: Type): Registration {
    const wanted = form['VersionId'] ?? type.defaultId;
    const found = type.registrations.find(({ live, id }) => live && id === wanted);
    if (!found) {
        throw new Denial('TypeNotFoundException', `The type '${form['TypeName']}' cannot be found.`, 404);
    }
    return found;
}

/** Two items at a time, so that reading on is tested too. */
function page(form: Form, name: string, items: Answer[] | string[]): Answer {
    const from = Number(form['NextToken'] ?? 0);
    const next = from + 2;
    return { [name]: items.slice(from, next), ...(next < items.length && { NextToken: String(next) }) };
}

/** The action that a request to S3 needs the right to. */
function s3Action({ method = '', url = '' }: IncomingMessage): string {
    const { pathname, searchParams } = new URL(url, 'http://s3');
    const isObject = pathname.split('/').filter((part) => part !== '').length > 1;
    const names: Readonly<Record<string, string>> = {
        encryption: 'EncryptionConfiguration',
        publicAccessBlock: 'BucketPublicAccessBlock',
    };
    const setting = [...searchParams.keys()].map((key) => names[key]).find((name) => name !== undefined);
    if (setting) {
        return `s3:${method === 'PUT' ? 'Put' : 'Get'}${setting}`;
    }
    const bucketAction = method === 'PUT' ? 'CreateBucket' : 'ListBucket';
    return `s3:${isObject ? `${method === 'PUT' ? 'Put' : 'Get'}Object` : bucketAction}`;
}

/** Has another server answer. */
export async function forward(
    to: string,
    { method, url = '/', headers }: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse,
): Promise<void> {
    const onward = request(new URL(url, to), { method, headers });
    onward.end(body);
    const [response] = (await once(onward, 'response')) as [IncomingMessage];
    outgoing.writeHead(response.statusCode ?? 502, response.headers).end(await buffer(response));
}

/** An answer of the query protocol. */
export function send(outgoing: ServerResponse, action: string, answer: Answer): void {
    const xml = element(`${action}Response`, { [`${action}Result`]: answer });
    outgoing.writeHead(200, { 'content-type': 'text/xml' }).end(xml);
}

function element(name: string, value: Answer[string]): string {
    if (value === undefined) {
        return '';
    }
    return `<${name}>${content(value)}</${name}>`;
}

function content(value: NonNullable<Answer[string]>): string {
    if (Array.isArray(value)) {
        return value.map((item) => element('member', item)).join('');
    }
    if (typeof value === 'object') {
        return Object.entries(value as Answer)
            .map(([name, inner]) => element(name, inner))
            .join('');
    }
    return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** S3 has no envelope around its errors, and says nothing at all to a HEAD. */
function deny(
    outgoing: ServerResponse,
    { code, message, status }: Denial,
    service: string,
    method: string | undefined,
): void {
    const inner = { Code: code, Message: message };
    const xml = service === 's3' ? element('Error', inner) : element('ErrorResponse', { Error: inner });
    outgoing.writeHead(status, { 'content-type': 'text/xml' }).end(method === 'HEAD' ? '' : xml);
}
