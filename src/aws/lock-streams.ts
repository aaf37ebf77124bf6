import {
    type CloudWatchLogsClient,
    CreateLogGroupCommand,
    CreateLogStreamCommand,
    DeleteLogStreamCommand,
    DescribeLogStreamsCommand,
    type LogStream,
} from '@aws-sdk/client-cloudwatch-logs';
import { attempt, isAwsError, orUndefined } from '../errors';
import type { RegionContext } from './clients';
import { LOCK_LOG_GROUP } from './names';

/*
 * The turns of shared-lock.ts as empty log streams, 00000007-begun and 00000007-ended, of one log group for each account
 * and Region. "Log stream names must be unique within the log group", of which there may be any number; an empty one
 * costs nothing (CloudWatch Logs API reference, CreateLogStream).
 */
/**
 * Milliseconds within which a list shows a new stream: assumed, no page says so. The newest stream that is older stays,
 * with all that follow it, so that every list leads to a turn after which all turns are still there.
 */
const SHOWN_WITHIN = 3_600_000;

/** Streams deleted at a time at most. A turn makes two. */
const FORGOTTEN_AT_ONCE = 10;

const ACTIONS = 'logs:CreateLogGroup, CreateLogStream, DescribeLogStreams and DeleteLogStream';

/** How far the turns are. They begin at 1; before the first, turn 0 is over. */
export interface Step {
    readonly turn: number;
    readonly isOver: boolean;
}

/** The turns, as one writer sees them. */
export class LockStreams {
    private old: readonly string[] = [];

    constructor(private readonly context: RegionContext) {}

    newest(): Promise<Step> {
        return this.ask(async () => {
            const streams = await this.list();
            const { creationTime: newest = 0 } = streams[0] ?? {};
            this.old = streams
                .filter(({ creationTime = newest }) => newest - creationTime > SHOWN_WITHIN)
                .slice(1)
                .flatMap(({ logStreamName }) => logStreamName ?? []);
            return streams.map(stepOf).find((step) => step !== undefined) ?? { turn: 0, isOver: true };
        });
    }

    begin(turn: number): Promise<boolean> {
        const name = nameOf({ turn, isOver: false });
        return this.ask(async () => {
            try {
                return await create(this.context.aws.logsNoRetry, name);
            } catch (error) {
                if (!isAwsError(error, 'ResourceNotFoundException')) {
                    throw error;
                }
            }
            await this.createGroup();
            return create(this.context.aws.logsNoRetry, name);
        });
    }

    async end(turn: number): Promise<void> {
        await this.ask(() => create(this.context.aws.logs, nameOf({ turn, isOver: true })));
    }

    async forget(): Promise<void> {
        const oldest = this.old.slice(-FORGOTTEN_AT_ONCE);
        const deletions = oldest.map((logStreamName) =>
            this.context.aws.logsNoRetry.send(
                new DeleteLogStreamCommand({ logGroupName: LOCK_LOG_GROUP, logStreamName }),
            ),
        );
        await Promise.all(deletions);
    }

    private async list(): Promise<LogStream[]> {
        const page = { logGroupName: LOCK_LOG_GROUP, descending: true, limit: 50 };
        const answer = this.context.aws.logsNoRetry.send(new DescribeLogStreamsCommand(page));
        const { logStreams = [] } = (await orUndefined(answer, 'ResourceNotFoundException')) ?? {};
        return logStreams;
    }

    private async createGroup(): Promise<void> {
        try {
            await this.context.aws.logs.send(new CreateLogGroupCommand({ logGroupName: LOCK_LOG_GROUP }));
        } catch (error) {
            // Another writer creates it at the same time.
            if (!isAwsError(error, 'ResourceAlreadyExistsException', 'OperationAbortedException')) {
                throw error;
            }
        }
    }

    /** A failure says what the lock needs. */
    private ask<T>(call: () => Promise<T>): Promise<T> {
        const doing = `locking the registry (${ACTIONS} on the log group ${LOCK_LOG_GROUP})`;
        return attempt(call, this.context, doing);
    }
}

/** Whether this call created the stream. */
async function create(logs: CloudWatchLogsClient, logStreamName: string): Promise<boolean> {
    try {
        await logs.send(new CreateLogStreamCommand({ logGroupName: LOCK_LOG_GROUP, logStreamName }));
        return true;
    } catch (error) {
        if (isAwsError(error, 'ResourceAlreadyExistsException')) {
            return false;
        }
        throw error;
    }
}

/** In the order of the steps, which DescribeLogStreams sorts by. */
function nameOf({ turn, isOver }: Step): string {
    return `${String(turn).padStart(8, '0')}-${isOver ? 'ended' : 'begun'}`;
}

/** Undefined for a stream that is not of this type. */
function stepOf({ logStreamName = '' }: LogStream): Step | undefined {
    const [, turn, step] = /^(\d{8})-(begun|ended)$/.exec(logStreamName) ?? [];
    return turn ? { turn: Number(turn), isOver: step === 'ended' } : undefined;
}
