import { z } from 'zod';
import { type Call, InvalidInput, type Operation, operation } from '../service';
import * as members from './members';
import { publishMetrics } from './metric-publication';
import { groupOf, type LogGroup, type LogStream, streamOf } from './state';

interface InputEvent {
    readonly timestamp: number;
    readonly message: string;
}

/** PutLogEvents, API reference: bytes of a batch, and of each event beside its message. */
const LARGEST_BATCH = 1_048_576;
const OVERHEAD = 26;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const putOperations: Readonly<Record<string, Operation>> = {
    PutLogEvents: operation(
        z.strictObject({
            ...members.ofGroup,
            logStreamName: members.streamName,
            logEvents: z
                .array(z.strictObject({ timestamp: members.milliseconds, message: z.string().min(1) }))
                .min(1)
                .max(10_000),
            // Accepted and ignored (PutLogEvents, API reference).
            sequenceToken: z.string().optional(),
        }),
        ({ logGroupName, logStreamName, logEvents }, call) => {
            const group = groupOf(logGroupName, call);
            const stream = streamOf(group, logStreamName);
            refuseBatch(logEvents);
            const { accepted, rejectedLogEventsInfo } = sorted(logEvents, group, call.world.clock.now());
            ingest(accepted, stream, group, call);
            return {
                nextSequenceToken: `${stream.events.length}`,
                ...(rejectedLogEventsInfo && { rejectedLogEventsInfo }),
            };
        },
    ),
};

/** Stores events in a stream and publishes what the group's metric filters make of them. */
export function ingest(events: readonly InputEvent[], stream: LogStream, group: LogGroup, call: Call): void {
    if (events.length === 0) {
        return;
    }
    const ingestedAt = call.world.clock.now();
    const count = stream.events.length;
    const added = events.map((event, index) => ({
        ...event,
        ingestedAt,
        id: `${event.timestamp}`.padStart(20, '0') + `${count + index}`.padStart(20, '0'),
    }));
    stream.events = [...stream.events, ...added].sort((a, b) => a.timestamp - b.timestamp);
    stream.lastIngestedAt = ingestedAt;
    publishMetrics(group, events, call);
}

/** What is refused as a whole (PutLogEvents, API reference). */
function refuseBatch(events: readonly InputEvent[]): void {
    const size = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + OVERHEAD, 0);
    if (size > LARGEST_BATCH) {
        throw new InvalidInput(`Upload too large: ${size} bytes exceeds limit of ${LARGEST_BATCH}`);
    }
    if (events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? 0))) {
        throw new InvalidInput('Log events in a single PutLogEvents request must be in chronological order.');
    }
    const [first, last] = [events.at(0)?.timestamp ?? 0, events.at(-1)?.timestamp ?? 0];
    if (last - first > DAY) {
        throw new InvalidInput(
            'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
        );
    }
}

/** What is left out of a batch, while the rest is taken (PutLogEvents, API reference, RejectedLogEventsInfo). */
function sorted(events: readonly InputEvent[], { retentionInDays }: LogGroup, now: number) {
    const tooNew = events.findIndex(({ timestamp }) => timestamp > now + 2 * HOUR);
    const tooOld = events.filter(({ timestamp }) => timestamp < now - 14 * DAY).length;
    const retained = retentionInDays === undefined ? 0 : now - retentionInDays * DAY;
    const expired = events.filter(({ timestamp }) => timestamp < retained).length;
    const info = {
        ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
        ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
        ...(expired > 0 && { expiredLogEventEndIndex: expired }),
    };
    return {
        accepted: events.slice(Math.max(tooOld, expired), tooNew >= 0 ? tooNew : undefined),
        rejectedLogEventsInfo: Object.keys(info).length > 0 ? info : undefined,
    };
}
