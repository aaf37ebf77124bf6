import { isDeepStrictEqual } from 'node:util';
import {
    DeleteDashboardsCommand,
    GetDashboardCommand,
    ListTagsForResourceCommand,
    PutDashboardCommand,
    TagResourceCommand,
    UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { dashboardName } from '../aws/names';
import type { Facet, Place, Scope } from '../engine/facet';
import { all } from '../engine/reconcile';
import { ifThere } from '../if-there';
import { satelliteTags } from '../satellite-tags';
import { dashboardBody } from './dashboard-body';
import { mergeTags, type Tags, tagList, tagRecord, writeTags } from './tags';

interface State {
    readonly body: unknown;
    readonly tags: Tags;
}

/** What the SDK calls a dashboard that is not there; the second is the name on the wire. */
const NO_DASHBOARD = ['DashboardNotFoundError', 'ResourceNotFound'];

/** Where dashboards cannot carry tags, which is a newer feature, tagging one finds no such resource. */
const NO_TAGS = ['ResourceNotFoundException', 'InvalidParameterValueException'];

/** A dashboard about the repository. */
export const dashboard: Facet<State> = {
    name: 'dashboard',
    properties: ['CreateDashboard', 'DashboardName'],
    outlives: true,

    desired(properties, place) {
        const { CreateDashboard, CreateCloudWatchAlarms = false } = properties;
        return CreateDashboard
            ? { body: dashboardBody(place, CreateCloudWatchAlarms), tags: satelliteTags(properties) }
            : undefined;
    },

    async observe(scope) {
        const { cloudWatch } = scope.aws;
        const DashboardName = dashboardName(scope);
        const getting = cloudWatch.send(new GetDashboardCommand({ DashboardName }));
        const found = await ifThere(getting, ...NO_DASHBOARD);
        if (!found) {
            return undefined;
        }
        const tagging = cloudWatch.send(new ListTagsForResourceCommand({ ResourceARN: arn(scope) }));
        const tags = await ifThere(tagging, ...NO_TAGS);
        return { body: JSON.parse(found.DashboardBody ?? '{}'), tags: tagRecord(tags?.Tags ?? []) };
    },

    merge(observed, desired, previous) {
        if (!desired || !observed) {
            return desired;
        }
        const { tags } = observed;
        // Tags that never arrived cannot arrive here; trying again at every update would be in vain.
        const isUntaggable =
            Object.keys(tags).length === 0 && isDeepStrictEqual(desired.tags, previous?.tags);
        return { ...desired, tags: isUntaggable ? tags : mergeTags(tags, desired.tags, previous?.tags) };
    },

    async write(target, observed, scope) {
        if (!target) {
            const names = { DashboardNames: [dashboardName(scope)] };
            await ifThere(scope.aws.cloudWatch.send(new DeleteDashboardsCommand(names)), ...NO_DASHBOARD);
            return;
        }
        await all([
            ...(isDeepStrictEqual(target.body, observed?.body) ? [] : [put(target, scope)]),
            ...(observed ? [retag(target, observed, scope)] : []),
        ]);
    },

    describe(state, place) {
        const isOurs = [true, false].some((hasAlarm) =>
            isDeepStrictEqual(state?.body, dashboardBody(place, hasAlarm)),
        );
        return { CreateDashboard: isOurs, ...(isOurs && { DashboardName: dashboardName(place) }) };
    },
};

/** Dashboards are global (CloudWatch API reference, TagResource). */
function arn(place: Place): string {
    return `arn:${place.partition}:cloudwatch::${place.account}:dashboard/${dashboardName(place)}`;
}

async function put({ body, tags }: State, scope: Scope): Promise<void> {
    // Only for a new dashboard; of one that is there PutDashboard ignores the tags (its API reference).
    const hasTags = Object.keys(tags).length > 0;
    await scope.aws.cloudWatch.send(
        new PutDashboardCommand({
            DashboardName: dashboardName(scope),
            DashboardBody: JSON.stringify(body),
            ...(hasTags && { Tags: tagList(tags) }),
        }),
    );
}

async function retag({ tags }: State, observed: State, scope: Scope): Promise<void> {
    const { cloudWatch } = scope.aws;
    const ResourceARN = arn(scope);
    const change = writeTags(tags, observed.tags, {
        untag: (TagKeys) => cloudWatch.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
        tag: (Tags) => cloudWatch.send(new TagResourceCommand({ ResourceARN, Tags })),
    });
    await ifThere(change, ...NO_TAGS);
}
