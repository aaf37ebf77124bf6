import { z } from 'zod';
import { pageOf, sortedBy } from '../paging';
import { type Call, type Operation, operation } from '../service';
import { tagEntries, tagMembers, withTags } from '../tags';
import { storeOf } from '../world';
import { violationsOf } from './dashboard-body';
import { refusal } from './errors';
import * as members from './members';

interface Dashboard {
    readonly name: string;
    readonly body: string;
    readonly modifiedAt: Date;
    tags: Map<string, string>;
}

const store = storeOf('cloudwatch dashboards', () => new Map<string, Dashboard>());

/** ListDashboards gives 1,000 at a time (API reference). */
const PAGE = 1_000;

const dashboardName = z.string();

export const dashboardOperations: Readonly<Record<string, Operation>> = {
    PutDashboard: operation(
        z.strictObject({
            DashboardName: dashboardName,
            DashboardBody: z.string(),
            Tags: tagMembers.default([]),
        }),
        ({ DashboardName, DashboardBody, Tags }, call) => {
            if (!/^[A-Za-z0-9_-]{1,255}$/.test(DashboardName)) {
                throw invalid(
                    `The value ${DashboardName} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).`,
                );
            }
            const { errors, warnings } = violationsOf(DashboardBody);
            if (errors.length > 0) {
                const list = errors.map(({ DataPath, Message }) => ({
                    dataPath: DataPath,
                    message: Message,
                }));
                throw invalid(
                    `The dashboard body is invalid, there are ${errors.length} validation errors: ${JSON.stringify(list)}`,
                );
            }
            const existing = dashboards(call).get(DashboardName);
            dashboards(call).set(DashboardName, {
                name: DashboardName,
                body: DashboardBody,
                modifiedAt: new Date(call.world.clock.now()),
                // Only for a new one (PutDashboard, API reference).
                tags:
                    existing?.tags ??
                    withTags(new Map(), tagEntries(Tags), {
                        invalid: 'InvalidParameterInput',
                        tooMany: 'InvalidParameterInput',
                    }),
            });
            return { DashboardValidationMessages: warnings };
        },
    ),

    GetDashboard: operation(z.strictObject({ DashboardName: dashboardName }), ({ DashboardName }, call) => {
        const dashboard = dashboards(call).get(DashboardName);
        if (!dashboard) {
            throw refusal('DashboardNotFoundError', `Dashboard ${DashboardName} does not exist`, 404);
        }
        return { DashboardArn: arnOf(dashboard, call), DashboardBody: dashboard.body, DashboardName };
    }),

    ListDashboards: operation(
        z.strictObject({ DashboardNamePrefix: z.string().default(''), NextToken: members.nextToken }),
        ({ DashboardNamePrefix, NextToken }, call) => {
            const found = [...dashboards(call).values()].filter(({ name }) =>
                name.startsWith(DashboardNamePrefix),
            );
            const inOrder = sortedBy(found, ({ name }) => name);
            const { items, nextToken } = pageOf(
                inOrder,
                PAGE,
                NextToken,
                'InvalidParameterValue',
                'InvalidParameterValueException',
            );
            return {
                DashboardEntries: items.map((dashboard) => ({
                    DashboardName: dashboard.name,
                    DashboardArn: arnOf(dashboard, call),
                    LastModified: dashboard.modifiedAt,
                    Size: Buffer.byteLength(dashboard.body),
                })),
                NextToken: nextToken,
            };
        },
    ),

    /** As many as are there (DeleteDashboards, API reference). */
    DeleteDashboards: operation(
        z.strictObject({ DashboardNames: z.array(dashboardName).max(100) }),
        ({ DashboardNames }, call) => {
            if (DashboardNames.length === 0) {
                throw refusal('InvalidParameterValueException', 'Need at least 1 dashboard');
            }
            for (const name of DashboardNames) {
                dashboards(call).delete(name);
            }
            return {};
        },
    ),
};

/** An account's dashboards, which are in all Regions (CloudWatch user guide, Using dashboards). */
export function dashboards({ world, account }: Call): Map<string, Dashboard> {
    return store.of(world, { account, region: 'global' });
}

function arnOf({ name }: Dashboard, { partition, account }: Call): string {
    return `arn:${partition}:cloudwatch::${account}:dashboard/${name}`;
}

function invalid(message: string): Error {
    return refusal('DashboardInvalidInputError', message);
}
