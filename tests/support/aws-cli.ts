import { readFileSync } from 'node:fs';
import {
    CloudFormationClient,
    CreateChangeSetCommand,
    DescribeChangeSetCommand,
    DescribeStackDriftDetectionStatusCommand,
    DescribeStackResourceDriftsCommand,
    DetectStackDriftCommand,
    ExecuteChangeSetCommand,
    type Parameter,
    waitUntilChangeSetCreateComplete,
    waitUntilStackImportComplete,
    waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { ECRClient, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { z } from 'zod';

const WAITERS = {
    'change-set-create-complete': waitUntilChangeSetCreateComplete,
    'stack-import-complete': waitUntilStackImportComplete,
    'stack-update-complete': waitUntilStackUpdateComplete,
};

const ResourcesToImport = z.array(
    z.object({
        ResourceType: z.string(),
        LogicalResourceId: z.string(),
        ResourceIdentifier: z.record(z.string(), z.string()),
    }),
);

type Config = NonNullable<ConstructorParameters<typeof CloudFormationClient>[0]>;

/** Does what command lines of the AWS CLI ask for, as far as `convert` prints them, by the SDK. */
export class AwsCli {
    private readonly cloudFormation: CloudFormationClient;

    constructor(private readonly config: Config) {
        this.cloudFormation = new CloudFormationClient(config);
    }

    /** The answer, whole: --query and --output only say how the CLI shows it. */
    async run(line: string): Promise<object> {
        const { words, options } = parsed(line);
        const name = words.slice(1).join(' ');
        const perform = this.commands[name];
        if (!perform) {
            throw new Error(`There is no translation of aws ${name} (in ${line}).`);
        }
        const answer = await perform(options);
        options.refuseUnread(line);
        return answer;
    }

    private readonly commands: Readonly<Record<string, (options: Options) => Promise<object>>> = {
        'cloudformation create-change-set': (options) => {
            const imported = options.optional('resources-to-import');
            return this.cloudFormation.send(
                new CreateChangeSetCommand({
                    ...named(options),
                    TemplateBody: contentOf(options.text('template-body')),
                    ChangeSetType: z
                        .enum(['CREATE', 'UPDATE', 'IMPORT'])
                        .default('UPDATE')
                        .parse(options.optional('change-set-type')),
                    ...(imported && { ResourcesToImport: ResourcesToImport.parse(JSON.parse(imported)) }),
                    Parameters: options.list('parameters').map(shorthand),
                    Capabilities: capabilities(options),
                }),
            );
        },

        'cloudformation describe-change-set': (options) =>
            this.cloudFormation.send(new DescribeChangeSetCommand(named(options))),

        'cloudformation execute-change-set': (options) =>
            this.cloudFormation.send(new ExecuteChangeSetCommand(named(options))),

        /** The printed text says to wait about a minute after it; here as long as it takes. */
        'cloudformation detect-stack-drift': async (options) => {
            const { StackDriftDetectionId } = await this.cloudFormation.send(
                new DetectStackDriftCommand({ StackName: options.text('stack-name') }),
            );
            const status = new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId });
            for (;;) {
                const answer = await this.cloudFormation.send(status);
                if (answer.DetectionStatus !== 'DETECTION_IN_PROGRESS') {
                    return answer;
                }
            }
        },

        'cloudformation describe-stack-resource-drifts': (options) =>
            this.cloudFormation.send(
                new DescribeStackResourceDriftsCommand({ StackName: options.text('stack-name') }),
            ),

        'ecr set-repository-policy': (options) =>
            new ECRClient(this.config).send(
                new SetRepositoryPolicyCommand({
                    repositoryName: options.text('repository-name'),
                    policyText: contentOf(options.text('policy-text')),
                }),
            ),

        ...Object.fromEntries(
            Object.entries(WAITERS).map(([name, wait]) => [
                `cloudformation wait ${name}`,
                (options: Options) => wait(this.patience, named(options)),
            ]),
        ),
    };

    private get patience() {
        return { client: this.cloudFormation, maxWaitTime: 60, minDelay: 0.1, maxDelay: 0.1 };
    }
}

/** The options of a command line; one that nothing reads is refused. */
class Options {
    private readonly read = new Set(['query', 'output']);

    constructor(private readonly values: ReadonlyMap<string, readonly string[]>) {}

    list(name: string): readonly string[] {
        this.read.add(name);
        return this.values.get(name) ?? [];
    }

    optional(name: string): string | undefined {
        return this.list(name)[0];
    }

    text(name: string): string {
        return z.string({ error: `--${name} is missing` }).parse(this.optional(name));
    }

    refuseUnread(line: string): void {
        const unread = [...this.values.keys()].filter((name) => !this.read.has(name));
        if (unread.length > 0) {
            throw new Error(`There is no translation of --${unread.join(', --')} (in ${line}).`);
        }
    }
}

/** As a shell splits it: quotes keep words together. */
function parsed(line: string): { words: string[]; options: Options } {
    const all = [...line.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)].map(
        ([whole, single, double]) => single ?? double ?? whole,
    );
    const first = all.findIndex((word) => word.startsWith('--'));
    const values = new Map<string, string[]>();
    let current: string[] = [];
    for (const word of all.slice(first)) {
        if (word.startsWith('--')) {
            current = [];
            values.set(word.slice(2), current);
        } else {
            current.push(word);
        }
    }
    return { words: all.slice(0, first), options: new Options(values) };
}

function named(options: Options) {
    return { StackName: options.text('stack-name'), ChangeSetName: options.optional('change-set-name') };
}

function capabilities(options: Options) {
    return options.list('capabilities').map((one) => z.literal('CAPABILITY_NAMED_IAM').parse(one));
}

function contentOf(value: string): string {
    return value.startsWith('file://') ? readFileSync(value.slice('file://'.length), 'utf8') : value;
}

/** ParameterKey=Name,UsePreviousValue=true */
function shorthand(text: string): Parameter {
    const { ParameterKey, ParameterValue, UsePreviousValue } = Object.fromEntries(
        text.split(',').map((pair) => pair.split('=')),
    );
    return {
        ParameterKey,
        ParameterValue,
        ...(UsePreviousValue && { UsePreviousValue: UsePreviousValue === 'true' }),
    };
}
