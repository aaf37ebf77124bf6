import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { control } from '../../local/aws/control/control';
import type { Difficulty } from '../../local/aws/difficulty';
import { AwsServer } from '../../local/aws/server';
import { SERVICES } from '../../local/aws/services';
import { DEFAULT_PLACE } from '../../local/aws/world';
import { StateFolder } from '../../local/stacks/state';
import { type Answer, forward, RegistryStandIn, send } from './registry-stand-in';

const CLI = path.join(__dirname, '..', '..', 'local', 'cli.ts');

/** A stack with a repository in it. */
interface Deployment {
    readonly repositoryName: string | undefined;
    readonly created: string;
    status: string;
    reason: string;
    /** What is being done to it. */
    work: Promise<void>;
}

type Form = Readonly<Record<string, string>>;

/** Two layers and a configuration, of no use but to be carried over. */
const BLOBS = new Map(
    ['a configuration', 'a layer', 'another layer'].map((text) => [digestOf(Buffer.from(text)), text]),
);

/** Layers are uploaded in parts of four bytes, so that there are several. */
const inSmallParts: Difficulty = async ({ call }, next) => {
    const output = await next();
    return call.operation === 'InitiateLayerUpload' ? { ...output, partSize: 4 } : output;
};

/**
 * AWS for scripts/live-test.ts. Stacks with a repository are made by the project's own local CloudFormation, and the
 * handlers work on the stand-in in memory; moto has the other stacks and the bucket. Beside that it plays drift
 * detection, and it is the public registry that an image comes from.
 */
export class LiveStandIn {
    private readonly folder = mkdtempSync(path.join(tmpdir(), 'live-stand-in-'));
    private readonly states = new StateFolder(this.folder);
    private readonly deployments = new Map<string, Deployment>();
    private readonly memory = new AwsServer(SERVICES);
    /** Stacks that cannot be deleted just now. */
    readonly stuck = new Set<string>();
    /** Logical IDs by stack that drift detection finds changed. */
    readonly drifted = new Map<string, string>();

    private constructor(
        readonly registry: RegistryStandIn,
        private readonly server: Server,
    ) {
        server.on('request', (incoming, outgoing) => {
            this.serve(incoming, outgoing).catch(() => outgoing.destroy());
        });
    }

    static async start(): Promise<LiveStandIn> {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        const standIn = new LiveStandIn(await RegistryStandIn.start(), server);
        await standIn.memory.listen();
        return standIn;
    }

    /** For AWS_ENDPOINT_URL. */
    get url(): string {
        return `http://${this.host}`;
    }

    /** For --image. */
    get image(): string {
        return `${this.host}/library/tiny:1`;
    }

    private get host(): string {
        return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    /** How many layers were uploaded whole. */
    get uploadedLayers(): number {
        return this.memory.calls.filter(({ action }) => action === 'ecr:CompleteLayerUpload').length;
    }

    /** For clients that want to see what is in AWS. */
    get aws() {
        return {
            endpoint: this.url,
            region: 'us-east-1',
            credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
        };
    }

    async reset(): Promise<void> {
        this.deployments.clear();
        this.drifted.clear();
        this.stuck.clear();
        this.memory.reset();
        this.memory.difficulty = inSmallParts;
        for (const name of this.states.stacks()) {
            this.states.forget(name);
        }
        await this.registry.reset();
    }

    async stop(): Promise<void> {
        this.server.close();
        this.server.closeAllConnections();
        await this.registry.stop();
        await this.memory.close();
        rmSync(this.folder, { recursive: true });
    }

    private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
        const body = await buffer(incoming);
        if (incoming.url?.startsWith('/v2/') || incoming.url?.startsWith('/token')) {
            this.servePublicImage(incoming, outgoing);
            return;
        }
        const target =
            String(incoming.headers['x-amz-target'] ?? '')
                .split('.')
                .at(-1) ?? '';
        const form: Form = Object.fromEntries(new URLSearchParams(body.toString()));
        const answer = await this.answer(form);
        if (answer) {
            send(outgoing, form['Action'] ?? '', answer);
            return;
        }
        const [, service] =
            /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(incoming.headers.authorization ?? '') ?? [];
        const isInMemory =
            service !== 's3' &&
            service !== 'cloudformation' &&
            SERVICES.some(({ signingName }) => signingName === service);
        if (target === 'StartImageScan') {
            const { repositoryName } = JSON.parse(body.toString());
            control(this.memory, 'ecr/findings', { repositoryName, counts: { CRITICAL: 1 } }, DEFAULT_PLACE);
        }
        await forward(isInMemory ? this.memory.endpoint : this.registry.url, incoming, body, outgoing);
        if (target === 'StartImageScan') {
            // The scan ends, and the alarm looks at what it found.
            control(this.memory, 'clock', { seconds: 180 }, DEFAULT_PLACE);
        }
    }

    /** Undefined for what somebody else answers. */
    private async answer(form: Form): Promise<Answer | undefined> {
        const { Action, StackName: name = '', TemplateBody = '' } = form;
        if (Action === 'CreateStack' && TemplateBody.includes('Type: Org::Containers::EcrRepository')) {
            return this.create(name, TemplateBody, parametersOf(form));
        }
        if (Action === 'ListStacks') {
            return this.list();
        }
        if (Action === 'DetectStackDrift') {
            return { StackDriftDetectionId: name };
        }
        if (Action === 'DescribeStackDriftDetectionStatus') {
            return { DetectionStatus: 'DETECTION_COMPLETE' };
        }
        if (Action === 'DescribeStackResourceDrifts') {
            const LogicalResourceId = this.drifted.get(name);
            return { StackResourceDrifts: LogicalResourceId ? [{ LogicalResourceId }] : [] };
        }
        const deployment = this.deployments.get(name);
        return deployment && this.answerFor(Action ?? '', name, deployment);
    }

    private answerFor(Action: string, name: string, deployment: Deployment): Answer | undefined {
        const { status, reason, created } = deployment;
        const { outputs = {}, resources = {} } = this.states.load(name) ?? {};
        switch (Action) {
            case 'DescribeStacks': {
                const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({
                    OutputKey,
                    OutputValue,
                }));
                return {
                    Stacks: [{ StackName: name, StackStatus: status, CreationTime: created, Outputs }],
                };
            }
            case 'DescribeStackResources': {
                const made = Object.values(resources).map(({ type, status, physicalId }) => ({
                    ResourceType: type,
                    ResourceStatus: status,
                    PhysicalResourceId: physicalId,
                }));
                // The local CloudFormation forgets what it rolled back; a stack that is only left as it is does not.
                const failed = {
                    ResourceType: 'Org::Containers::EcrRepository',
                    ResourceStatus: 'CREATE_FAILED',
                    PhysicalResourceId: deployment.repositoryName,
                };
                return { StackResources: made.length > 0 ? made : [failed] };
            }
            case 'DescribeStackEvents':
                return {
                    StackEvents: [
                        {
                            LogicalResourceId: 'Repository',
                            ResourceStatus: status,
                            ResourceStatusReason: reason,
                        },
                    ],
                };
            case 'DeleteStack':
                if (this.stuck.has(name)) {
                    deployment.status = 'DELETE_FAILED';
                    return {};
                }
                this.run(name, 'DELETE', ['delete', name]);
                return {};
            default:
                return undefined;
        }
    }

    private create(name: string, template: string, parameters: readonly string[]): Answer {
        const file = path.join(this.folder, `${name}.yml`);
        writeFileSync(file, template);
        this.deployments.set(name, {
            repositoryName: /RepositoryName: ([\w/-]+)/.exec(template)?.[1],
            created: new Date().toISOString(),
            status: '',
            reason: '',
            work: Promise.resolve(),
        });
        const given = parameters.flatMap((parameter) => ['--parameter', parameter]);
        this.run(name, 'CREATE', ['deploy', file, '--stack-name', name, '--only-supported', ...given]);
        return { StackId: name };
    }

    private run(name: string, action: 'CREATE' | 'DELETE', args: readonly string[]): void {
        const deployment = this.deployments.get(name);
        if (!deployment) {
            throw new Error(`There is no stack ${name}.`);
        }
        deployment.status = `${action}_IN_PROGRESS`;
        // One thing after the other: the local CloudFormation does not break off what it does.
        deployment.work = deployment.work.then(async () => {
            const child = spawn(
                process.execPath,
                ['--require', require.resolve('tsx/cjs'), CLI, '--state-dir', this.folder, ...args],
                {
                    env: { PATH: process.env['PATH'], AWS_ENDPOINT_URL: this.memory.endpoint },
                    stdio: ['ignore', 'pipe', 'pipe'],
                },
            );
            for (const stream of [child.stdout, child.stderr]) {
                stream.on('data', (chunk) => {
                    deployment.reason += chunk;
                });
            }
            const [code] = await once(child, 'close');
            deployment.status = `${action}_${code === 0 ? 'COMPLETE' : 'FAILED'}`;
        });
    }

    private async list(): Promise<Answer> {
        const { StackSummaries = [] } = await new CloudFormationClient({
            ...this.aws,
            endpoint: this.registry.moto.url,
        }).send(new ListStacksCommand({}));
        return {
            StackSummaries: [
                ...StackSummaries.map(({ StackName, StackStatus, CreationTime }) => ({
                    StackName,
                    StackStatus,
                    CreationTime: CreationTime?.toISOString(),
                })),
                ...[...this.deployments].map(([StackName, { status, created }]) => ({
                    StackName,
                    StackStatus: status,
                    CreationTime: created,
                })),
            ],
        };
    }

    /** An index of one image; it wants a token, as public registries do. */
    private servePublicImage({ url = '', headers }: IncomingMessage, outgoing: ServerResponse): void {
        if (url.startsWith('/token')) {
            outgoing.end(JSON.stringify({ token: 'anybody' }));
            return;
        }
        if (headers.authorization !== 'Bearer anybody') {
            const challenge = `Bearer realm="${this.url}/token",service="tests",scope="repository:tiny:pull"`;
            outgoing.writeHead(401, { 'www-authenticate': challenge }).end();
            return;
        }
        const [config, ...layers] = [...BLOBS.keys()].map((digest) => ({
            digest,
            mediaType: 'application/octet-stream',
        }));
        const manifest = JSON.stringify({
            schemaVersion: 2,
            mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
            config,
            layers,
        });
        const digest = digestOf(Buffer.from(manifest));
        const platform = (architecture: string) => ({ os: 'linux', architecture });
        const contents = new Map([
            [
                '/v2/library/tiny/manifests/1',
                JSON.stringify({
                    manifests: [
                        { digest: 'sha256:0', platform: platform('arm64') },
                        { digest, platform: platform('amd64') },
                    ],
                }),
            ],
            [`/v2/library/tiny/manifests/${digest}`, manifest],
            ...[...BLOBS].map(([blob, text]) => [`/v2/library/tiny/blobs/${blob}`, text] as const),
        ]);
        const content = contents.get(url);
        outgoing.writeHead(content === undefined ? 404 : 200).end(content);
    }
}

function parametersOf(form: Form): readonly string[] {
    return Object.entries(form).flatMap(([key, value]) => {
        const [, index] = /^Parameters\.member\.(\d+)\.ParameterKey$/.exec(key) ?? [];
        return index ? [`${value}=${form[`Parameters.member.${index}.ParameterValue`] ?? ''}`] : [];
    });
}

function digestOf(content: Buffer): string {
    return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
