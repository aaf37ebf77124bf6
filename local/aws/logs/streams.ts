import { z } from 'zod';
import { AwsError } from '../error';
import { pageOf } from '../paging';
import { type Call, InvalidInput, type Operation, operation } from '../service';
import * as members from './members';
import { groupArn, groupOf, identifiedGroup, type LogGroup, type LogStream, streamOf } from './state';

const ofStream = { ...members.ofGroup, logStreamName: members.streamName };

export const streamOperations: Readonly<Record<string, Operation>> = {
    CreateLogStream: operation(z.strictObject(ofStream), ({ logGroupName, logStreamName }, call) => {
        createStream(groupOf(logGroupName, call), logStreamName, call);
        return {};
    }),

    DeleteLogStream: operation(z.strictObject(ofStream), ({ logGroupName, logStreamName }, call) => {
        const group = groupOf(logGroupName, call);
        group.streams.delete(streamOf(group, logStreamName).name);
        return {};
    }),

    DescribeLogStreams: operation(
        z.strictObject({
            ...members.identifiedGroup,
            logStreamNamePrefix: members.streamName.optional(),
            orderBy: z.enum(['LogStreamName', 'LastEventTime']).default('LogStreamName'),
            descending: z.boolean().default(false),
            limit: members.limit,
            nextToken: members.nextToken,
        }),
        ({ logStreamNamePrefix, orderBy, descending, limit, nextToken, ...of }, call) => {
            const isByTime = orderBy === 'LastEventTime';
            if (isByTime && logStreamNamePrefix !== undefined) {
                throw new InvalidInput('Cannot order by LastEventTime with a logStreamNamePrefix.');
            }
            const group = identifiedGroup(of, call);
            const found = [...group.streams.values()]
                .filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ''))
                .sort(isByTime ? byLastEvent : byName);
            const inOrder = descending ? found.reverse() : found;
            const { items, ...rest } = pageOf(inOrder, limit, nextToken);
            return { logStreams: items.map((stream) => description(stream, group, call)), ...rest };
        },
    ),
};

/** A group has one stream of a name (CreateLogStream, API reference). */
export function createStream(group: LogGroup, name: string, { world }: Call): LogStream {
    if (group.streams.has(name)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    }
    const stream: LogStream = { name, createdAt: world.clock.now(), events: [] };
    group.streams.set(name, stream);
    return stream;
}

function byName(a: LogStream, b: LogStream): number {
    return a.name < b.name ? -1 : 1;
}

function byLastEvent(a: LogStream, b: LogStream): number {
    const [ofA, ofB] = [a, b].map(({ events }) => events.at(-1)?.timestamp ?? 0);
    return (ofA ?? 0) - (ofB ?? 0) || byName(a, b);
}

function description({ name, createdAt, events, lastIngestedAt }: LogStream, group: LogGroup, call: Call) {
    const [first, last] = [events.at(0), events.at(-1)];
    return {
        logStreamName: name,
        creationTime: createdAt,
        ...(first && { firstEventTimestamp: first.timestamp }),
        ...(last && { lastEventTimestamp: last.timestamp, uploadSequenceToken: `${events.length}` }),
        ...(lastIngestedAt !== undefined && { lastIngestionTime: lastIngestedAt }),
        arn: `${groupArn(group.name, call)}:log-stream:${name}`,
        storedBytes: 0,
    };
}
