import { isDeepStrictEqual } from 'node:util';
import {
    CreateLogGroupCommand,
    DeleteLogGroupCommand,
    DeleteMetricFilterCommand,
    DescribeLogGroupsCommand,
    DescribeMetricFiltersCommand,
    type MetricFilter as FoundFilter,
    ListTagsForResourceCommand,
    type MetricTransformation,
    PutMetricFilterCommand,
    PutRetentionPolicyCommand,
    TagResourceCommand,
    UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { all, findWithDetails } from '../concurrency';
import { orUndefined } from '../errors';
import { type RegionContext, unlessDeleted, writeOnce } from './clients';
import { grant, isGranted, isShared, release, revoke } from './log-policy';
import type { RepositoryRef } from './repository-ref';
import { type Tags, tagRecord, writeTags } from './tags';

/** A log group that EventBridge writes into. */
export interface LogGroup {
    /** One of PutRetentionPolicy's values; 0, which is only observed, keeps events without end. */
    readonly retentionDays: number;
    /** By their names, which begin with {@link OWN}. Filters of other names belong to others and stay. */
    readonly filters: Readonly<Record<string, MetricFilter>>;
    readonly tags: Tags;
    /** Whether EventBridge may write into it; not read when the repository is deleted. */
    readonly isGranted: boolean;
    /**
     * Whether a policy of the account sets the retention, whatever the group's own is (CloudWatch Logs API reference,
     * LogGroup: retentionPolicyName). Only observed, never desired.
     */
    readonly hasAccountRetention?: true;
    /** Whether no other log group needs what EventBridge is granted. Only observed, when the repository is deleted. */
    readonly isLast?: boolean;
}

/** What publishes a metric from those events that match a pattern. */
export interface MetricFilter {
    /** 1,024 characters at most (CloudWatch Logs API reference, PutMetricFilter). */
    readonly pattern: string;
    readonly namespace: string;
    readonly metric: string;
    /** A number, or where one is in the event: $.detail.count. */
    readonly value: string;
    /** What another gave it, so that it counts otherwise. Only observed, never desired. */
    readonly altered?: object;
}

/** What the names of this type's filters, and the Ids of its targets, begin with. */
export const OWN = 'ecr-repository-';

/** One call if it does not exist, else four, in two round trips unless it is expected. */
export async function observeLogGroup(
    name: string,
    context: RegionContext,
    isExpected: boolean,
): Promise<LogGroup | undefined> {
    const { logs } = context.aws;
    const ask = <T>(answer: Promise<T>) => orUndefined(answer, 'ResourceNotFoundException');
    const look = async () => {
        // In the order of their names (its API reference), so that a group comes before those that its name begins.
        const page = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 1 }));
        return page.logGroups?.find(({ logGroupName }) => logGroupName === name);
    };
    const details = () =>
        all([
            unlessDeleted(context, () => {
                const look = { logGroupName: name, filterNamePrefix: OWN };
                return ask(logs.send(new DescribeMetricFiltersCommand(look)));
            }),
            unlessDeleted(context, () => {
                const look = { resourceArn: logGroupArn(name, context) };
                return ask(logs.send(new ListTagsForResourceCommand(look)));
            }),
            unlessDeleted(context, () => isGranted(logs, context)),
            // It saves the last one a round trip; where AWS does not say at once, the look after the deletion decides.
            context.isDeleted
                ? isShared(context.aws.logsNoRetry, name).catch(() => true)
                : Promise.resolve(undefined),
        ]);
    const found = await findWithDetails(look, details, isExpected);
    if (!found) {
        return undefined;
    }
    const [group, [filtering, tagging, granted, shared]] = found;
    const filters = (filtering?.metricFilters ?? []).map((filter) => [
        filter.filterName,
        foundFilter(filter),
    ]);
    return {
        retentionDays: group.retentionInDays ?? 0,
        filters: Object.fromEntries(filters),
        tags: { ...tagging?.tags },
        isGranted: granted ?? true,
        ...(group.retentionPolicyName && { hasAccountRetention: true }),
        ...(shared !== undefined && { isLast: !shared }),
    };
}

/** A default value would be published when nothing matches; with dimensions, the metric is another one. */
function foundFilter({ filterPattern: pattern = '', metricTransformations = [] }: FoundFilter): MetricFilter {
    const [transformation = {}]: Partial<MetricTransformation>[] = metricTransformations;
    const {
        metricNamespace: namespace = '',
        metricName: metric = '',
        metricValue: value = '',
    } = transformation;
    const { defaultValue, dimensions } = transformation;
    const isAltered = defaultValue !== undefined || Object.keys(dimensions ?? {}).length > 0;
    return { pattern, namespace, metric, value, ...(isAltered && { altered: { defaultValue, dimensions } }) };
}

/** Two round trips, three if tags have to go. Without `observed`, nothing exists, or nothing that matters. */
export async function writeLogGroup(
    name: string,
    target: LogGroup,
    observed: LogGroup | undefined,
    context: RegionContext,
): Promise<void> {
    const { logs } = context.aws;
    if (!observed) {
        await writeOnce(context, `log group ${name}`, () => create(name, target.tags, context));
    }
    const before = observed?.filters ?? {};
    const gone = Object.keys(before).filter((filter) => !(filter in target.filters));
    const changed = Object.entries(target.filters).filter(([id, to]) => !isDeepStrictEqual(to, before[id]));
    await all([
        ...(target.retentionDays === observed?.retentionDays
            ? []
            : [
                  writeOnce(context, `retention of ${name}`, () =>
                      retain(name, target.retentionDays, context),
                  ),
              ]),
        ...gone.map(async (filterName) => {
            const deletion = logs.send(new DeleteMetricFilterCommand({ logGroupName: name, filterName }));
            await orUndefined(deletion, 'ResourceNotFoundException');
        }),
        ...changed.map(([id, filter]) =>
            writeOnce(context, `filter ${id} of ${name}`, () => putFilter(name, id, filter, context)),
        ),
        ...(observed ? [retag(name, target.tags, observed.tags, context)] : []),
        // Only now that the group exists; see log-policy.ts.
        ...(observed?.isGranted
            ? []
            : [writeOnce(context, 'log resource policy', () => grant(logs, context))]),
    ]);
}

/** Two round trips; up to four if it turns out to be the last, more if others come or go meanwhile. It may be gone already. */
export async function deleteLogGroup(
    name: string,
    observed: LogGroup | undefined,
    context: RegionContext,
): Promise<void> {
    const { logs } = context.aws;
    const deletion = logs.send(new DeleteLogGroupCommand({ logGroupName: name }));
    const mayRevoke = observed?.isLast === true;
    await all([orUndefined(deletion, 'ResourceNotFoundException'), ...(mayRevoke ? [revoke(logs)] : [])]);
    await release(logs, name, observed && !mayRevoke, context);
}

/** Service Authorization Reference, CloudWatch Logs; as a target it must not end in :*, or nothing arrives. */
export function logGroupArn(name: string, { partition, region, account }: RepositoryRef): string {
    return `arn:${partition}:logs:${region}:${account}:log-group:${name}`;
}

/** One that was left behind has tags of its own, and gets these too. */
async function create(logGroupName: string, tags: Tags, context: RegionContext): Promise<void> {
    const hasTags = Object.keys(tags).length > 0;
    const creation = context.aws.logs.send(
        new CreateLogGroupCommand({ logGroupName, ...(hasTags && { tags: { ...tags } }) }),
    );
    if ((await orUndefined(creation, 'ResourceAlreadyExistsException')) === undefined) {
        await retag(logGroupName, tags, undefined, context);
    }
}

async function retain(logGroupName: string, retentionInDays: number, { aws }: RegionContext): Promise<void> {
    await aws.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
}

async function putFilter(
    logGroupName: string,
    filterName: string,
    { pattern: filterPattern, namespace, metric, value }: MetricFilter,
    { aws }: RegionContext,
): Promise<void> {
    const transformation = { metricNamespace: namespace, metricName: metric, metricValue: value };
    await aws.logs.send(
        new PutMetricFilterCommand({
            logGroupName,
            filterName,
            filterPattern,
            metricTransformations: [transformation],
        }),
    );
}

async function retag(
    name: string,
    target: Tags,
    observed: Tags | undefined,
    context: RegionContext,
): Promise<void> {
    const resourceArn = logGroupArn(name, context);
    await writeTags(target, observed, {
        untag: (tagKeys) => context.aws.logs.send(new UntagResourceCommand({ resourceArn, tagKeys })),
        tag: (list) => context.aws.logs.send(new TagResourceCommand({ resourceArn, tags: tagRecord(list) })),
    });
}
