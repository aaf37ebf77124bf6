import { randomUUID } from 'node:crypto';
import {
    type Capability,
    type CloudFormationClient,
    CreateChangeSetCommand,
    type CreateChangeSetCommandInput,
    CreateStackCommand,
    DeleteStackCommand,
    DescribeStackDriftDetectionStatusCommand,
    DescribeStackEventsCommand,
    DescribeStackResourceDriftsCommand,
    DescribeStackResourcesCommand,
    DescribeStacksCommand,
    DetectStackDriftCommand,
    ExecuteChangeSetCommand,
    GetTemplateSummaryCommand,
    paginateListStacks,
    waitUntilChangeSetCreateComplete,
    waitUntilStackCreateComplete,
    waitUntilStackDeleteComplete,
    waitUntilStackImportComplete,
    waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { CLOCK, SPEED } from '../../src/clock';
import { calling } from '../registration/refusal';

/** What CloudFormation reads in a template. */
export interface Summary {
    readonly parameters: readonly { readonly name: string; readonly hasDefault: boolean }[];
    readonly capabilities: readonly Capability[];
}

/** Seconds. A handler may take two hours (schema.json), a replication entry some minutes. */
const WAIT = { maxWaitTime: 2 * 60 * 60, minDelay: 2 / SPEED, maxDelay: 15 / SPEED };

/** States of a resource that its stack has made and not yet deleted. */
const MADE = ['CREATE_COMPLETE', 'IMPORT_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_FAILED'];

/** Stacks of the live test: all their names begin alike. */
export class Stacks {
    constructor(
        private readonly client: CloudFormationClient,
        private readonly prefix: string,
        private readonly typeName: string,
    ) {}

    async summary(template: string): Promise<Summary> {
        const { Parameters = [], Capabilities = [] } = await calling(
            'cloudformation:GetTemplateSummary',
            this.client.send(new GetTemplateSummaryCommand({ TemplateBody: template })),
        );
        return {
            parameters: Parameters.map(({ ParameterKey = '', DefaultValue }) => ({
                name: ParameterKey,
                hasDefault: DefaultValue !== undefined,
            })),
            capabilities: Capabilities,
        };
    }

    /** Makes a stack and gives its outputs; throws with the reason of the first resource that failed. */
    async create(
        name: string,
        template: string,
        parameters: ReadonlyMap<string, string>,
        abortSignal: AbortSignal,
    ): Promise<ReadonlyMap<string, string>> {
        const StackName = this.prefix + name;
        const { capabilities } = await this.summary(template);
        await calling(
            'cloudformation:CreateStack',
            this.client.send(
                new CreateStackCommand({
                    StackName,
                    TemplateBody: template,
                    // A call that is tried again must not meet its own stack.
                    ClientRequestToken: randomUUID(),
                    Parameters: [...parameters].map(([ParameterKey, ParameterValue]) => ({
                        ParameterKey,
                        ParameterValue,
                    })),
                    Capabilities: [...capabilities],
                    // What failed is looked at, and then deleted with the rest.
                    OnFailure: 'DO_NOTHING',
                }),
            ),
        );
        try {
            await waitUntilStackCreateComplete({ client: this.client, abortSignal, ...WAIT }, { StackName });
        } catch (error) {
            abortSignal.throwIfAborted();
            throw new Error(await this.reason(StackName), { cause: error });
        }
        const { Stacks: [stack] = [] } = await calling(
            'cloudformation:DescribeStacks',
            this.client.send(new DescribeStacksCommand({ StackName })),
        );
        return new Map(
            (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
        );
    }

    /** Makes a stack of resources that are there already: their names by logical IDs. */
    async import(
        name: string,
        template: string,
        repositories: Readonly<Record<string, string>>,
        signal: AbortSignal,
    ): Promise<void> {
        const ResourcesToImport = Object.entries(repositories).map(([LogicalResourceId, RepositoryName]) => ({
            LogicalResourceId,
            ResourceType: this.typeName,
            ResourceIdentifier: { RepositoryName },
        }));
        const input = { ChangeSetType: 'IMPORT', TemplateBody: template, ResourcesToImport } as const;
        await this.change(name, input, waitUntilStackImportComplete, signal);
    }

    /** Brings a stack's resources back to its template. */
    revertDrift(name: string, template: string, signal: AbortSignal): Promise<void> {
        const input = { TemplateBody: template, DeploymentMode: 'REVERT_DRIFT' } as const;
        return this.change(name, input, waitUntilStackUpdateComplete, signal);
    }

    /** What differs from the template; empty when nothing does. */
    async drift(name: string, signal: AbortSignal): Promise<readonly string[]> {
        const StackName = this.prefix + name;
        const { StackDriftDetectionId } = await calling(
            'cloudformation:DetectStackDrift',
            this.client.send(new DetectStackDriftCommand({ StackName })),
        );
        for (;;) {
            const { DetectionStatus, DetectionStatusReason } = await calling(
                'cloudformation:DescribeStackDriftDetectionStatus',
                this.client.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId })),
            );
            if (DetectionStatus === 'DETECTION_FAILED') {
                throw new Error(`Drift was not detected: ${DetectionStatusReason}`);
            }
            if (DetectionStatus === 'DETECTION_COMPLETE') {
                break;
            }
            await CLOCK.sleep(2_000, signal);
        }
        const { StackResourceDrifts = [] } = await calling(
            'cloudformation:DescribeStackResourceDrifts',
            this.client.send(
                new DescribeStackResourceDriftsCommand({
                    StackName,
                    StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'],
                }),
            ),
        );
        return StackResourceDrifts.flatMap(({ LogicalResourceId, PropertyDifferences = [] }) => [
            LogicalResourceId ?? '',
            ...PropertyDifferences.map(
                ({ PropertyPath, ExpectedValue, ActualValue }) =>
                    `${PropertyPath}: expected ${ExpectedValue}, actual ${ActualValue}`,
            ),
        ]);
    }

    /** The names without the prefix, newest first. */
    async list(): Promise<readonly string[]> {
        const found: { readonly name: string; readonly time: number }[] = [];
        for await (const { StackSummaries = [] } of paginateListStacks({ client: this.client }, {})) {
            for (const { StackName = '', StackStatus, CreationTime } of StackSummaries) {
                if (StackName.startsWith(this.prefix) && StackStatus !== 'DELETE_COMPLETE') {
                    found.push({
                        name: StackName.slice(this.prefix.length),
                        time: CreationTime?.getTime() ?? 0,
                    });
                }
            }
        }
        return found.toSorted((a, b) => b.time - a.time).map(({ name }) => name);
    }

    /** The names of a stack's repositories; one that could not be made may be somebody else's. */
    async repositories(name: string): Promise<readonly string[]> {
        const { StackResources = [] } = await calling(
            'cloudformation:DescribeStackResources',
            this.client.send(new DescribeStackResourcesCommand({ StackName: this.prefix + name })),
        );
        return StackResources.filter(
            ({ ResourceType, ResourceStatus = '' }) =>
                ResourceType === this.typeName && MADE.includes(ResourceStatus),
        ).flatMap(({ PhysicalResourceId = [] }) => PhysicalResourceId);
    }

    async delete(name: string): Promise<void> {
        const StackName = this.prefix + name;
        await calling('cloudformation:DeleteStack', this.client.send(new DeleteStackCommand({ StackName })));
        try {
            await waitUntilStackDeleteComplete({ client: this.client, ...WAIT }, { StackName });
        } catch (error) {
            throw new Error(await this.reason(StackName), { cause: error });
        }
    }

    private async change(
        name: string,
        input: Omit<CreateChangeSetCommandInput, 'StackName' | 'ChangeSetName'>,
        waitUntilComplete: typeof waitUntilStackUpdateComplete,
        abortSignal: AbortSignal,
    ): Promise<void> {
        const changeSet = { StackName: this.prefix + name, ChangeSetName: `change-${randomUUID()}` };
        const waiting = { client: this.client, abortSignal, ...WAIT };
        await calling(
            'cloudformation:CreateChangeSet',
            this.client.send(new CreateChangeSetCommand({ ...changeSet, ...input })),
        );
        // What this throws names the change set's StatusReason.
        await waitUntilChangeSetCreateComplete(waiting, changeSet);
        await calling(
            'cloudformation:ExecuteChangeSet',
            this.client.send(new ExecuteChangeSetCommand(changeSet)),
        );
        try {
            await waitUntilComplete(waiting, changeSet);
        } catch (error) {
            abortSignal.throwIfAborted();
            throw new Error(await this.reason(changeSet.StackName), { cause: error });
        }
    }

    private async reason(StackName: string): Promise<string> {
        const { StackEvents = [] } = await calling(
            'cloudformation:DescribeStackEvents',
            this.client.send(new DescribeStackEventsCommand({ StackName })),
        );
        // Events come newest first; what failed first is the cause.
        const failed = StackEvents.findLast(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'));
        return failed
            ? `${failed.LogicalResourceId} ${failed.ResourceStatus}: ${failed.ResourceStatusReason}`
            : `Stack ${StackName} did not come to its end.`;
    }
}
