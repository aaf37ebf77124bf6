import { z } from 'zod';
import { jsonIn } from '../../json';
import { AwsError } from '../error';
import { pageOf, sortedBy } from '../paging';
import { type Call, type Operation, operation } from '../service';
import { wake } from './alarm-clock';
import { type Alarm, type AlarmSettings, alarms, description, termsOf } from './alarms';
import { refusal } from './errors';
import { historyOf, note } from './history';
import * as members from './members';
import { metricKey } from './metrics';
import { changeState } from './transition';

const alarmTypes = z.array(z.enum(['CompositeAlarm', 'MetricAlarm'])).optional();

export const alarmOperations: Readonly<Record<string, Operation>> = {
    DescribeAlarms: operation(
        z.strictObject({
            AlarmNames: members.alarmNames.optional(),
            AlarmNamePrefix: z.string().min(1).max(255).optional(),
            AlarmTypes: alarmTypes,
            StateValue: members.stateValue.optional(),
            ActionPrefix: z.string().min(1).max(1024).optional(),
            MaxRecords: members.maxRecords,
            NextToken: members.nextToken,
        }),
        ({ AlarmTypes, MaxRecords, NextToken, ...filter }, call) => {
            if (filter.AlarmNames && filter.AlarmNamePrefix !== undefined) {
                const message = 'AlarmNamePrefix and AlarmNames cannot be specified together.';
                throw new AwsError('ValidationError', message);
            }
            const areWanted = AlarmTypes?.includes('MetricAlarm') ?? true;
            const found = areWanted ? allAlarms(call).filter((alarm) => isWanted(alarm, filter)) : [];
            const { items, nextToken } = pageOf(found, MaxRecords, NextToken, 'InvalidNextToken');
            return {
                CompositeAlarms: [],
                MetricAlarms: items.map((alarm) => description(alarm, call)),
                NextToken: nextToken,
            };
        },
    ),

    DescribeAlarmsForMetric: operation(
        z.strictObject({
            MetricName: members.metricName,
            Namespace: members.namespace,
            Statistic: members.statistic.optional(),
            ExtendedStatistic: z.string().optional(),
            Dimensions: members.dimensions,
            Period: z.number().int().min(1).optional(),
            Unit: members.unit.optional(),
        }),
        ({ MetricName, Namespace, Dimensions, ...same }, call) => {
            const key = metricKey({ namespace: Namespace, name: MetricName, dimensions: Dimensions });
            const found = allAlarms(call)
                // Not those on Metrics (DescribeAlarmsForMetric, API reference).
                .filter((alarm) => !alarm.settings.Metrics)
                .filter((alarm) => termsOf(alarm).some(({ metric }) => metricKey(metric) === key))
                .filter(({ settings }) => agrees(settings, same));
            return { MetricAlarms: found.map((alarm) => description(alarm, call)) };
        },
    ),

    /** Names that are not there do not matter (DeleteAlarms, API reference). */
    DeleteAlarms: operation(z.strictObject({ AlarmNames: members.alarmNames }), ({ AlarmNames }, call) => {
        for (const alarmName of AlarmNames) {
            if (alarms.of(call.world, call).delete(alarmName)) {
                const summary = `Alarm "${alarmName}" deleted`;
                const data = { version: '1.0', type: 'Delete' };
                note(call.world, call, { alarmName, type: 'ConfigurationUpdate', summary, data });
            }
        }
        return {};
    }),

    /** Until the next evaluation (SetAlarmState, API reference). */
    SetAlarmState: operation(
        z.strictObject({
            AlarmName: members.alarmName,
            StateValue: members.stateValue,
            StateReason: z.string().max(1023),
            StateReasonData: z.string().max(4000).optional(),
        }),
        ({ AlarmName, StateValue, StateReason, StateReasonData }, call) => {
            const alarm = alarms.of(call.world, call).get(AlarmName);
            if (!alarm) {
                throw new AwsError('ResourceNotFound', `Alarm ${AlarmName} does not exist.`, 404);
            }
            if (StateReasonData !== undefined && jsonIn(StateReasonData) === undefined) {
                throw refusal('InvalidFormatFault', 'StateReasonData was not syntactically valid JSON.');
            }
            changeState(alarm, { value: StateValue, reason: StateReason, reasonData: StateReasonData }, call);
            wake(alarm, call);
            return {};
        },
    ),

    EnableAlarmActions: operation(z.strictObject({ AlarmNames: members.alarmNames }), (input, call) =>
        setActionsEnabled(input.AlarmNames, true, call),
    ),

    DisableAlarmActions: operation(z.strictObject({ AlarmNames: members.alarmNames }), (input, call) =>
        setActionsEnabled(input.AlarmNames, false, call),
    ),

    DescribeAlarmHistory: operation(
        z.strictObject({
            AlarmName: members.alarmName.optional(),
            AlarmTypes: alarmTypes,
            HistoryItemType: z.enum(['ConfigurationUpdate', 'StateUpdate', 'Action']).optional(),
            StartDate: z.date().optional(),
            EndDate: z.date().optional(),
            MaxRecords: members.maxRecords,
            NextToken: members.nextToken,
            ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
        }),
        ({ AlarmName, HistoryItemType, StartDate, EndDate, MaxRecords, NextToken, ScanBy }, call) => {
            const found = historyOf(call.world, call)
                .filter(({ alarmName }) => (AlarmName ?? alarmName) === alarmName)
                .filter(({ type }) => (HistoryItemType ?? type) === type)
                .filter(({ at }) => (StartDate ?? at) <= at && at <= (EndDate ?? at));
            const inOrder = ScanBy === 'TimestampAscending' ? found : found.reverse();
            const { items, nextToken } = pageOf(inOrder, MaxRecords, NextToken, 'InvalidNextToken');
            return {
                AlarmHistoryItems: items.map(({ alarmName, at, type, summary, data }) => ({
                    AlarmName: alarmName,
                    AlarmType: 'MetricAlarm',
                    Timestamp: at,
                    HistoryItemType: type,
                    HistorySummary: summary,
                    HistoryData: JSON.stringify(data),
                })),
                NextToken: nextToken,
            };
        },
    ),
};

function allAlarms({ world, ...place }: Call): Alarm[] {
    return sortedBy(alarms.of(world, place).values(), ({ settings }) => settings.AlarmName);
}

interface Filter {
    readonly AlarmNames?: readonly string[] | undefined;
    readonly AlarmNamePrefix?: string | undefined;
    readonly StateValue?: string | undefined;
    readonly ActionPrefix?: string | undefined;
}

function isWanted({ settings, state }: Alarm, filter: Filter): boolean {
    const { AlarmNames, AlarmNamePrefix = '', StateValue = state.value, ActionPrefix } = filter;
    const actions = [...settings.OKActions, ...settings.AlarmActions, ...settings.InsufficientDataActions];
    return (
        (AlarmNames?.includes(settings.AlarmName) ?? true) &&
        settings.AlarmName.startsWith(AlarmNamePrefix) &&
        state.value === StateValue &&
        (ActionPrefix === undefined || actions.some((action) => action.startsWith(ActionPrefix)))
    );
}

/** Whether settings have all values that are asked for. */
function agrees(settings: AlarmSettings, same: Readonly<Partial<AlarmSettings>> | object): boolean {
    const own: Readonly<Record<string, unknown>> = { ...settings };
    return Object.entries(same).every(([name, value]) => value === undefined || own[name] === value);
}

function setActionsEnabled(names: readonly string[], ActionsEnabled: boolean, call: Call): object {
    for (const name of names) {
        const alarm = alarms.of(call.world, call).get(name);
        if (alarm) {
            alarm.settings = { ...alarm.settings, ActionsEnabled };
        }
    }
    return {};
}
