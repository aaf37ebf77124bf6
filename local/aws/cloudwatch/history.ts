import type { World } from '../world';
import { type Place, storeOf } from '../world';

export type HistoryItemType = 'ConfigurationUpdate' | 'StateUpdate' | 'Action';

export interface HistoryItem {
    readonly alarmName: string;
    readonly at: Date;
    readonly type: HistoryItemType;
    readonly summary: string;
    readonly data: object;
}

/** Milliseconds that an item is kept: 30 days (DescribeAlarmHistory, API reference). */
const KEPT = 30 * 86_400_000;

/** What happened to the alarms of an account in a Region, the oldest first; it outlives the alarms. */
const histories = storeOf('cloudwatch alarm history', (): { items: HistoryItem[] } => ({ items: [] }));

export function note(world: World, place: Place, item: Omit<HistoryItem, 'at'>): void {
    histories.of(world, place).items.push({ ...item, at: new Date(world.clock.now()) });
}

/** The items that are still kept. */
export function historyOf(world: World, place: Place): readonly HistoryItem[] {
    const oldest = world.clock.now() - KEPT;
    return histories.of(world, place).items.filter(({ at }) => at.getTime() >= oldest);
}
