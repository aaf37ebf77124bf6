import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Place } from '../../registration/place';
import type { Stacks } from '../stacks';

/** What a question works with. */
export interface Asking {
    readonly account: string;
    readonly region: string;
    readonly stacks: Stacks;
    /** Where the handlers leave their logs. */
    readonly handlerLog: string;
    readonly ecr: ECRClient;
    readonly logs: CloudWatchLogsClient;
    readonly events: EventBridgeClient;
    readonly cloudwatch: CloudWatchClient;
    /** Aborted by Ctrl-C. */
    readonly interrupted: AbortSignal;
}

/** A question about AWS that only a live account answers. */
export interface Question {
    readonly question: string;
    /** What was seen, in one line; throws Skip where asking would do harm. What it makes is left to forget(). */
    ask(asking: Asking): Promise<string>;
}

/** The name of all that questions make, of whatever kind. */
export const NAME = 'ecr-live-test-question';

/** The repository that is made by hand, to be imported. */
export const IMPORTED = 'ecr-live-test-imported';

/** So many times each thing is tried that AWS may do right by chance. */
export const TRIES = 20;

export function askingAt(
    { account, region }: Place,
    rest: Pick<Asking, 'stacks' | 'handlerLog' | 'interrupted'>,
): Asking {
    return {
        ...{ account, region },
        ...rest,
        ecr: new ECRClient({ region }),
        logs: new CloudWatchLogsClient({ region }),
        events: new EventBridgeClient({ region }),
        cloudwatch: new CloudWatchClient({ region }),
    };
}
