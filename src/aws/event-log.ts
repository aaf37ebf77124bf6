import { isDeepStrictEqual } from 'node:util';
import { all } from '../concurrency';
import { type RegionContext, writeOnce } from './clients';
import { deleteRule, observeRule, type Rule, removeTargets, type Target, writeRule } from './event-rule';
import { deleteLogGroup, type LogGroup, logGroupArn, OWN, observeLogGroup, writeLogGroup } from './log-group';
import { mergeTags } from './tags';

/** Rules of EventBridge that write events into a log group, whose filters make metrics of them. */
export interface EventLog {
    /** By their names. */
    readonly rules: Readonly<Record<string, Rule>>;
    /** Absent where the rules have other targets only. */
    readonly log?: LogGroup;
}

/** Everything that may belong to an event log. */
export interface EventLogNames {
    readonly rules: readonly string[];
    readonly log: string;
}

/** The Id of the target that is the log group. */
const LOG = `${OWN}log`;

/** The log group as a rule's targets: the whole event is the message, and a role would be refused (PutTargets). */
export function toLog(name: string, context: Omit<RegionContext, 'aws'>): Readonly<Record<string, Target>> {
    return { [LOG]: { arn: logGroupArn(name, context) } };
}

/**
 * What exists of it; undefined if nothing. One call for each thing that does not exist, two round trips; one for those
 * that are expected.
 */
export async function observe(
    names: EventLogNames,
    context: RegionContext,
    expected: EventLog | undefined,
): Promise<EventLog | undefined> {
    const [log, rules] = await all([
        observeLogGroup(names.log, context, expected?.log !== undefined),
        all(
            names.rules.map(async (name) => ({
                name,
                rule: await observeRule(name, context, expected?.rules[name] !== undefined),
            })),
        ),
    ]);
    const found = rules.flatMap(({ name, rule }) => (rule ? [[name, rule] as const] : []));
    return log || found.length > 0 ? { rules: Object.fromEntries(found), ...(log && { log }) } : undefined;
}

/** Pure. Whether what is observed does what is needed: its rules bring the events, its filters make the metrics. */
export function fulfils(found: EventLog | undefined, needed: EventLog): boolean {
    const rulesWork = Object.entries(needed.rules).every(([name, { pattern, targets }]) => {
        const rule = found?.rules[name];
        return rule?.isEnabled && isDeepStrictEqual(rule.pattern, pattern) && contains(rule.targets, targets);
    });
    const { log } = needed;
    return (
        rulesWork && (!log || (found?.log?.isGranted === true && contains(found.log.filters, log.filters)))
    );
}

function contains(all: Readonly<Record<string, unknown>>, some: Readonly<Record<string, unknown>>): boolean {
    return Object.entries(some).every(([key, value]) => isDeepStrictEqual(all[key], value));
}

/** Pure. What it becomes: as desired, with the tags and targets that others gave it. */
export function merge(
    observed: EventLog | undefined,
    desired: EventLog | undefined,
    previous: EventLog | undefined,
): EventLog | undefined {
    if (!desired) {
        return undefined;
    }
    const rules = Object.entries(desired.rules).map(([name, rule]): [string, Rule] => {
        const { targets = {}, tags } = observed?.rules[name] ?? {};
        const others = Object.entries(targets).filter(([id]) => !id.startsWith(OWN));
        return [
            name,
            {
                ...rule,
                targets: { ...Object.fromEntries(others), ...rule.targets },
                tags: mergeTags(tags, rule.tags, previous?.rules[name]?.tags),
            },
        ];
    });
    const { log } = desired;
    return {
        rules: Object.fromEntries(rules),
        ...(log && { log: mergeLogGroup(observed?.log, log, previous?.log) }),
    };
}

function mergeLogGroup(
    observed: LogGroup | undefined,
    desired: LogGroup,
    previous: LogGroup | undefined,
): LogGroup {
    const tags = mergeTags(observed?.tags, desired.tags, previous?.tags);
    // Where the account sets the retention, writing the group's own would have no effect.
    return observed?.hasAccountRetention
        ? { ...desired, tags, retentionDays: observed.retentionDays, hasAccountRetention: true }
        : { ...desired, tags };
}

/**
 * Writes it, from observed to target. Two round trips to create it, three to remove it: the rules go last,
 * since an attempt that is cut short is only found by something that is left.
 */
export async function write(
    names: EventLogNames,
    target: EventLog | undefined,
    observed: EventLog | undefined,
    context: RegionContext,
): Promise<void> {
    const before = observed?.rules ?? {};
    const rules = Object.entries(target?.rules ?? {});
    const gone = Object.entries(before).filter(([name]) => !target?.rules[name]);
    const writeRules = () =>
        all(
            rules.map(([name, rule]) =>
                writeOnce(context, `rule ${name}`, () => writeRule(name, rule, before[name], context)),
            ),
        );
    const silence = all(gone.map(([name, rule]) => removeTargets(name, Object.keys(rule.targets), context)));
    if (target?.log) {
        await all([silence, writeLogGroup(names.log, target.log, observed?.log, context), writeRules()]);
    } else {
        // A rule without any target is what is left of a removal that was cut short.
        const wasLogged = Object.values(before).some(
            ({ targets }) => LOG in targets || Object.keys(targets).length === 0,
        );
        await all([
            silence,
            ...(observed?.log || wasLogged ? [deleteLogGroup(names.log, observed?.log, context)] : []),
        ]);
        await writeRules();
    }
    await all(gone.map(([name]) => deleteRule(name, context)));
}
