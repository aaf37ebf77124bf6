import {
    CreateLogGroupCommand,
    CreateLogStreamCommand,
    DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { NAME, type Question, TRIES } from './asking';
import { missed } from './read-after-write';

/** The lock rests on it (docs/decisions/0003-lock.md). */
export const logGroups: Question = {
    question: 'log groups: one creation of many',
    ask: ({ logs }) => race(() => logs.send(new CreateLogGroupCommand({ logGroupName: NAME }))),
};

/** The lock rests on it too. */
export const logStreams: Question = {
    question: 'log streams: one creation of many',
    ask: ({ logs }) =>
        race(() => logs.send(new CreateLogStreamCommand({ logGroupName: NAME, logStreamName: 'one' }))),
};

export const newLogStreams: Question = {
    question: 'log streams: read after write',
    ask: ({ logs }) =>
        missed({
            write: (n) =>
                logs.send(new CreateLogStreamCommand({ logGroupName: NAME, logStreamName: `stream-${n}` })),
            async read(n) {
                const { logStreams: found = [] } = await logs.send(
                    new DescribeLogStreamsCommand({
                        logGroupName: NAME,
                        logStreamNamePrefix: `stream-${n}`,
                    }),
                );
                return found.some(({ logStreamName }) => logStreamName === `stream-${n}`);
            },
        }),
};

/** Makes the same thing many times at once, and tells how many succeeded. */
async function race(create: () => Promise<unknown>): Promise<string> {
    const results = await Promise.allSettled(Array.from({ length: TRIES }, create));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []));
    const kinds = [...new Set(failures)].join(', ');
    return `${TRIES - failures.length} of ${TRIES} at once succeeded; the others: ${kinds || 'none'}`;
}
