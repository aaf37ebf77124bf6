import { GetDashboardCommand, PutDashboardCommand } from '@aws-sdk/client-cloudwatch';
import fc from 'fast-check';
import { dashboard } from '../../../src/facets/dashboard';
import {
    changePattern,
    cuts,
    deleteDashboard,
    deleteFilter,
    deleteRule,
    disable,
    removeTarget,
} from '../by-hand';
import { dashboards } from '../held';
import { ALARMED, DASHBOARD, PUSHES, SHOWN } from '../my-app';
import type { By, FacetData } from './facet-data';

const editDashboard =
    (edit: (widgets: unknown[]) => unknown[]): By =>
    async ({ cloudWatch }) => {
        const { DashboardBody = '' } = await cloudWatch.send(
            new GetDashboardCommand({ DashboardName: DASHBOARD }),
        );
        const body = JSON.stringify({ widgets: edit(JSON.parse(DashboardBody).widgets) }, undefined, 4);
        await cloudWatch.send(new PutDashboardCommand({ DashboardName: DASHBOARD, DashboardBody: body }));
    };

export const data: FacetData = {
    facet: dashboard,
    declared: { CreateDashboard: true },

    arbitraries: {
        CreateDashboard: fc.boolean(),
    },

    foreign: ({ tags }) => ({ tags }),

    properties: {
        CreateDashboard: {
            values: [false, true],
            inAws: async (_held, account) => (await dashboards(account)).length,
            as: [0, 1],
        },
    },

    undivided: [],

    violations: [],

    messages: [],

    alterations: {
        CreateDashboard: [
            {
                what: 'the dashboard is deleted',
                template: { CreateDashboard: true },
                by: deleteDashboard,
            },
            {
                what: 'a widget is taken away',
                template: SHOWN,
                by: editDashboard((widgets) => widgets.slice(1)),
            },
            {
                what: 'a widget is added',
                template: SHOWN,
                by: editDashboard((widgets) => [...widgets, widgets[0]]),
            },
            {
                what: "only its body's form is changed",
                template: SHOWN,
                by: editDashboard((widgets) => widgets),
                drift: [],
            },
            ...cuts({ CreateDashboard: true }, ['CreateDashboard']),
            ...cuts({ ...ALARMED, CreateDashboard: true }, ['CreateDashboard', 'CreateCloudWatchAlarms']),
            ...['ecr-repository-high', 'ecr-repository-low-none', 'ecr-repository-pushes'].map((filter) => ({
                what: `its filter ${filter} is deleted`,
                template: { ...SHOWN, ...ALARMED },
                by: deleteFilter(filter),
            })),
            {
                what: "the alarm's filter is deleted too",
                template: { ...SHOWN, ...ALARMED },
                by: deleteFilter('ecr-repository-critical'),
                drift: ['CreateDashboard', 'CreateCloudWatchAlarms'],
            },
            {
                what: 'the rule for pushes is deleted',
                template: { CreateDashboard: true },
                by: deleteRule(PUSHES),
            },
            { what: 'the rule for pushes is disabled', template: SHOWN, by: disable(PUSHES) },
            { what: 'the pattern for pushes is changed', template: SHOWN, by: changePattern(PUSHES) },
            {
                what: 'the target for pushes is removed',
                template: SHOWN,
                by: removeTarget(PUSHES, 'log-group'),
            },
        ],
    },
};
