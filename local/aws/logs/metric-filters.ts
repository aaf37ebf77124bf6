import { z } from 'zod';
import { AwsError } from '../error';
import { pageOf, sortedBy } from '../paging';
import { InvalidInput, type Operation, operation } from '../service';
import { filterPattern } from './filter-pattern';
import { isSelector } from './json-pattern';
import * as members from './members';
import { groupOf, logGroups, type MetricFilter, type Transformation } from './state';

/** For each log group (CloudWatch Logs quotas). */
const MOST = 100;

/** For each metric filter (PutMetricFilter, API reference). */
const MOST_DIMENSIONS = 3;

const metric = z
    .string()
    .max(255)
    .regex(/^[^:*$]*$/);

const transformation = z.strictObject({
    metricName: metric,
    metricNamespace: metric,
    metricValue: z.string().max(100),
    defaultValue: z.number().optional(),
    dimensions: z.record(z.string().max(255), z.string().max(255)).optional(),
    unit: z.string().optional(),
});

export const metricFilterOperations: Readonly<Record<string, Operation>> = {
    PutMetricFilter: operation(
        z.strictObject({
            ...members.ofGroup,
            filterName: members.filterName,
            filterPattern: members.filterPattern,
            metricTransformations: z.tuple([transformation]),
        }),
        ({ logGroupName, filterName, filterPattern: pattern, metricTransformations: [one] }, call) => {
            refuseTransformation(one);
            filterPattern(pattern);
            const group = groupOf(logGroupName, call);
            if (group.logGroupClass !== 'STANDARD') {
                throw new AwsError(
                    'InvalidOperationException',
                    'Metric filters are supported for log groups of the Standard class only.',
                );
            }
            if (!group.filters.has(filterName) && group.filters.size >= MOST) {
                throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
            }
            group.filters.set(filterName, {
                name: filterName,
                pattern,
                transformation: one,
                createdAt: call.world.clock.now(),
                matchedMinutes: new Set(),
                openMinutes: new Set(),
            });
            return {};
        },
    ),

    DeleteMetricFilter: operation(
        z.strictObject({ ...members.ofGroup, filterName: members.filterName }),
        ({ logGroupName, filterName }, call) => {
            if (!groupOf(logGroupName, call).filters.delete(filterName)) {
                throw new AwsError(
                    'ResourceNotFoundException',
                    'The specified metric filter does not exist.',
                );
            }
            return {};
        },
    ),

    DescribeMetricFilters: operation(
        z.strictObject({
            logGroupName: members.groupName.optional(),
            filterNamePrefix: members.filterName.optional(),
            metricName: metric.optional(),
            metricNamespace: metric.optional(),
            limit: members.limit,
            nextToken: members.nextToken,
        }),
        ({ logGroupName, filterNamePrefix = '', metricName, metricNamespace, limit, nextToken }, call) => {
            if ((metricName === undefined) !== (metricNamespace === undefined)) {
                throw new InvalidInput('metricName and metricNamespace must be given together.');
            }
            const groups =
                logGroupName === undefined
                    ? [...logGroups.of(call.world, call).values()]
                    : [groupOf(logGroupName, call)];
            const found = groups
                .flatMap(({ name, filters }) => [...filters.values()].map((filter) => ({ filter, name })))
                .filter(({ filter }) => filter.name.startsWith(filterNamePrefix))
                .filter(({ filter: { transformation: of } }) =>
                    metricName === undefined
                        ? true
                        : of.metricName === metricName && of.metricNamespace === metricNamespace,
                );
            const inOrder = sortedBy(found, ({ filter }) => filter.name);
            const { items, ...rest } = pageOf(inOrder, limit, nextToken);
            return {
                metricFilters: items.map(({ filter, name }) => description(filter, name)),
                ...rest,
            };
        },
    ),

    TestMetricFilter: operation(
        z.strictObject({
            filterPattern: members.filterPattern,
            logEventMessages: z.array(z.string().min(1)).min(1).max(50),
        }),
        ({ filterPattern: pattern, logEventMessages }) => {
            const { matches } = filterPattern(pattern);
            return {
                matches: logEventMessages
                    .map((eventMessage, index) => ({
                        eventNumber: index + 1,
                        eventMessage,
                        extractedValues: {},
                    }))
                    .filter(({ eventMessage }) => matches(eventMessage)),
            };
        },
    ),
};

/** MetricTransformation (API reference): a number or a selector; dimensions exclude a default value. */
function refuseTransformation({ metricValue, dimensions = {}, defaultValue }: Transformation): void {
    const isNumber = metricValue.trim() !== '' && Number.isFinite(Number(metricValue));
    if (!isNumber && !isSelector(metricValue)) {
        throw new InvalidInput('Invalid metric transformation: metricValue must be a number or a selector.');
    }
    const names = Object.keys(dimensions);
    if (names.length > 0 && defaultValue !== undefined) {
        throw new InvalidInput(
            'Invalid metric transformation: dimensions and default value are mutually exclusive properties.',
        );
    }
    if (names.length > MOST_DIMENSIONS) {
        throw new InvalidInput(
            `Invalid metric transformation: at most ${MOST_DIMENSIONS} dimensions are allowed.`,
        );
    }
    if (Object.values(dimensions).some((selector) => !isSelector(selector))) {
        throw new InvalidInput('Invalid metric transformation: a dimension takes a selector as its value.');
    }
}

function description({ name, pattern, transformation: one, createdAt }: MetricFilter, logGroupName: string) {
    return {
        filterName: name,
        filterPattern: pattern,
        metricTransformations: [one],
        creationTime: createdAt,
        logGroupName,
        applyOnTransformedLogs: false,
    };
}
