import { z } from 'zod';
import { pageOf } from '../paging';
import { InvalidInput, type Operation, operation } from '../service';
import { filterPattern } from './filter-pattern';
import * as members from './members';
import { identifiedGroup, type LogEvent, streamOf } from './state';

const period = { startTime: members.milliseconds.optional(), endTime: members.milliseconds.optional() };

export const readOperations: Readonly<Record<string, Operation>> = {
    FilterLogEvents: operation(
        z.strictObject({
            ...members.identifiedGroup,
            ...period,
            logStreamNames: z.array(members.streamName).min(1).max(100).optional(),
            logStreamNamePrefix: members.streamName.optional(),
            filterPattern: members.filterPattern.default(''),
            limit: members.eventLimit,
            nextToken: members.nextToken,
            // Ignored: events come in order of time in any case (FilterLogEvents, API reference).
            interleaved: z.boolean().optional(),
            unmask: z.boolean().optional(),
        }),
        (
            { logStreamNames, logStreamNamePrefix, filterPattern: pattern, limit, nextToken, ...input },
            call,
        ) => {
            // Unlike GetLogEvents, this includes events at the end of the period (FilterLogEvents, API reference).
            const period = { ...input, ...(input.endTime !== undefined && { endTime: input.endTime + 1 }) };
            if (logStreamNames && logStreamNamePrefix !== undefined) {
                throw new InvalidInput('logStreamNames and logStreamNamePrefix are mutually exclusive.');
            }
            const group = identifiedGroup(input, call);
            const streams = logStreamNames
                ? logStreamNames.map((name) => streamOf(group, name))
                : [...group.streams.values()].filter(({ name }) =>
                      name.startsWith(logStreamNamePrefix ?? ''),
                  );
            const { matches } = filterPattern(pattern);
            const found = streams
                .flatMap(({ name, events }) =>
                    events
                        .filter((event) => isWithin(event, period) && matches(event.message))
                        .map((event) => ({ ...event, logStreamName: name })),
                )
                .sort((a, b) => a.timestamp - b.timestamp);
            const { items, ...rest } = pageOf(found, limit, nextToken);
            return {
                events: items.map(({ id, logStreamName, ...event }) => ({
                    ...answer(event),
                    logStreamName,
                    eventId: id,
                })),
                searchedLogStreams: [],
                ...rest,
            };
        },
    ),

    GetLogEvents: operation(
        z.strictObject({
            ...members.identifiedGroup,
            ...period,
            logStreamName: members.streamName,
            startFromHead: z.boolean().default(false),
            limit: members.eventLimit,
            nextToken: members.nextToken,
            unmask: z.boolean().optional(),
        }),
        ({ logStreamName, startFromHead, limit, nextToken, ...input }, call) => {
            const { events } = streamOf(identifiedGroup(input, call), logStreamName);
            const found = events.filter((event) => isWithin(event, input));
            const first = startFromHead ? 'f/0' : `b/${found.length}`;
            const [start, end] = windowOf(nextToken ?? first, limit, found.length);
            return {
                events: found.slice(start, end).map(answer),
                // At an end, its token stays the same (GetLogEvents, API reference).
                nextForwardToken: `f/${end}`,
                nextBackwardToken: `b/${start}`,
            };
        },
    ),
};

/** Where to read: a token says in which direction, and from which position. */
function windowOf(token: string, limit: number, length: number): [number, number] {
    const [, direction, position = ''] = /^([fb])\/(\d+)$/.exec(token) ?? [];
    if (direction === undefined) {
        throw new InvalidInput('The specified nextToken is invalid.');
    }
    const at = Math.min(Number(position), length);
    return direction === 'f' ? [at, Math.min(at + limit, length)] : [Math.max(at - limit, 0), at];
}

/** The end is not part of the period (GetLogEvents, API reference). */
function isWithin(
    { timestamp }: LogEvent,
    {
        startTime = 0,
        endTime = Number.POSITIVE_INFINITY,
    }: { startTime?: number | undefined; endTime?: number | undefined },
): boolean {
    return timestamp >= startTime && timestamp < endTime;
}

function answer({ timestamp, message, ingestedAt }: Omit<LogEvent, 'id'>) {
    return { timestamp, message, ingestionTime: ingestedAt };
}
