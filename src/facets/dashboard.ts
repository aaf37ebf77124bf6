import { isDeepStrictEqual } from 'node:util';
import {
    DeleteDashboardsCommand,
    GetDashboardCommand,
    ListTagsForResourceCommand,
    PutDashboardCommand,
    TagResourceCommand,
    UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { unlessDeleted } from '../aws/clients';
import { dashboardName } from '../aws/names';
import type { RepositoryRef } from '../aws/repository-ref';
import { mergeTags, satelliteTags, type Tags, tagList, tagRecord, writeTags } from '../aws/tags';
import { all, findWithDetails } from '../concurrency';
import type { Facet, FacetContext } from '../engine/facet';
import { orUndefined } from '../errors';
import { ALARM_TITLES, alarmTitle, dashboardBody } from './dashboard-body';

interface State {
    readonly body: unknown;
    readonly tags: Tags;
}

/** What the SDK calls a dashboard that does not exist; the second is the name on the wire. */
const NO_DASHBOARD = ['DashboardNotFoundError', 'ResourceNotFound'];

/** Where dashboards cannot carry tags, which is a newer feature, tagging one finds no such resource. */
const NO_TAGS = ['ResourceNotFoundException', 'InvalidParameterValueException'];

/** A dashboard about the repository. */
export const dashboard: Facet<State> = {
    name: 'dashboard',
    properties: ['CreateDashboard', 'DashboardName'],
    home: 'region',

    desired(properties, repository) {
        const { CreateDashboard, CreateCloudWatchAlarms } = properties;
        const title = CreateCloudWatchAlarms ? alarmTitle(properties) : undefined;
        return CreateDashboard
            ? { body: dashboardBody(repository, title), tags: satelliteTags(properties) }
            : undefined;
    },

    async observe(context, expected) {
        const { cloudWatch } = context.aws;
        const look = new GetDashboardCommand({ DashboardName: dashboardName(context) });
        const listing = new ListTagsForResourceCommand({ ResourceARN: arn(context) });
        const [found, tags] =
            (await findWithDetails(
                () => orUndefined(cloudWatch.send(look), ...NO_DASHBOARD),
                () => unlessDeleted(context, () => orUndefined(cloudWatch.send(listing), ...NO_TAGS)),
                expected !== undefined,
            )) ?? [];
        return found && { body: JSON.parse(found.DashboardBody ?? '{}'), tags: tagRecord(tags?.Tags ?? []) };
    },

    async apply(target, observed, context) {
        if (!target) {
            const names = { DashboardNames: [dashboardName(context)] };
            await orUndefined(
                context.aws.cloudWatch.send(new DeleteDashboardsCommand(names)),
                ...NO_DASHBOARD,
            );
            return;
        }
        await all([
            ...(isDeepStrictEqual(target.body, observed?.body) ? [] : [put(target, context)]),
            ...(observed ? [retag(target, observed, context)] : []),
        ]);
    },

    readback(state, repository) {
        const isOurs = [undefined, ...ALARM_TITLES].some((title) =>
            isDeepStrictEqual(state?.body, dashboardBody(repository, title)),
        );
        return { CreateDashboard: isOurs, DashboardName: dashboardName(repository) };
    },

    ownership: {
        merge(observed, desired, previous) {
            if (!desired || !observed) {
                return desired;
            }
            const { tags } = observed;
            // Tags that never arrived cannot arrive here; another try at every update would not help.
            const isUntaggable =
                Object.keys(tags).length === 0 && isDeepStrictEqual(desired.tags, previous?.tags);
            return { ...desired, tags: isUntaggable ? tags : mergeTags(tags, desired.tags, previous?.tags) };
        },
        owned: (observed) => observed,
    },
};

/** Dashboards are global (CloudWatch API reference, TagResource). */
function arn(repository: RepositoryRef): string {
    return `arn:${repository.partition}:cloudwatch::${repository.account}:dashboard/${dashboardName(repository)}`;
}

async function put({ body, tags }: State, context: FacetContext): Promise<void> {
    // Only for a new dashboard; PutDashboard ignores the tags of an existing one (its API reference).
    const hasTags = Object.keys(tags).length > 0;
    await context.aws.cloudWatch.send(
        new PutDashboardCommand({
            DashboardName: dashboardName(context),
            DashboardBody: JSON.stringify(body),
            ...(hasTags && { Tags: tagList(tags) }),
        }),
    );
}

async function retag({ tags }: State, observed: State, context: FacetContext): Promise<void> {
    const { cloudWatch } = context.aws;
    const ResourceARN = arn(context);
    const change = writeTags(tags, observed.tags, {
        untag: (TagKeys) => cloudWatch.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
        tag: (Tags) => cloudWatch.send(new TagResourceCommand({ ResourceARN, Tags })),
    });
    await orUndefined(change, ...NO_TAGS);
}
