import {
    type CloudWatchLogsClient,
    type FilteredLogEvent,
    paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    CreateRepositoryCommand,
    GetLifecyclePolicyCommand,
    PutImageTagMutabilityCommand,
    PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import { CLOCK } from '../../../src/clock';
import { type Asking, IMPORTED, type Question } from './asking';

/** Logs may take some time to be found: five seconds each. */
const LOOKS = 12;

const TEMPLATE = `
Resources:
  Repository:
    Type: Org::Containers::EcrRepository
    DeletionPolicy: Retain
    Properties:
      RepositoryName: ${IMPORTED}
      ImageTagMutability: IMMUTABLE
`;

const YEAR = {
    rulePriority: 1,
    selection: { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 365 },
    action: { type: 'expire' },
};

/** A repository made by hand, whose policy the template does not name. */
export const afterImport: Question = {
    question: 'previous properties after an import',
    async ask(asking) {
        const { ecr, stacks, interrupted } = asking;
        const begin = Date.now();
        await ecr.send(
            new CreateRepositoryCommand({ repositoryName: IMPORTED, imageTagMutability: 'IMMUTABLE' }),
        );
        const lifecyclePolicyText = JSON.stringify({ rules: [YEAR] });
        await ecr.send(new PutLifecyclePolicyCommand({ repositoryName: IMPORTED, lifecyclePolicyText }));
        await stacks.import('imported', TEMPLATE, { Repository: IMPORTED }, interrupted);
        return `${await previousProperties(asking, begin)}; ${await fateOfPolicy(asking)}`;
    },
};

export const afterRevertDrift: Question = {
    question: 'previous properties with REVERT_DRIFT',
    async ask(asking) {
        const { ecr, stacks, interrupted } = asking;
        const begin = Date.now();
        const altered = { repositoryName: IMPORTED, imageTagMutability: 'MUTABLE' } as const;
        await ecr.send(new PutImageTagMutabilityCommand(altered));
        await stacks.revertDrift('imported', TEMPLATE, interrupted);
        return `${await previousProperties(asking, begin)}; ${await fateOfPolicy(asking)}`;
    },
};

/** CREATE answers its first call with a callback that is due at once. */
export const callbacks: Question = {
    question: 'callbacks that are due at once',
    async ask({ logs, handlerLog }) {
        const streams = new Map<string | undefined, FilteredLogEvent[]>();
        for (const event of await eventsOf(logs, handlerLog, 0)) {
            streams.set(event.logStreamName, [...(streams.get(event.logStreamName) ?? []), event]);
        }
        const delays = [...streams.values()].flatMap(firstCallback).toSorted((a, b) => a - b);
        const [least, most] = [delays[0], delays.at(-1)].map((delay = 0) => (delay / 1000).toFixed(1));
        return delays.length > 0
            ? `${delays.length} came ${least} to ${most} s after the answer`
            : 'none is in the log of the handlers';
    },
};

/** Milliseconds between the first call of a CREATE and the second; empty if the stream has none. */
function firstCallback(events: readonly FilteredLogEvent[]): number[] {
    const ordered = events.toSorted((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
    const first = ordered.find(({ message }) => message?.includes('invoking handler'));
    const end = ordered.findIndex(({ message }) => message?.startsWith('END RequestId'));
    const next = ordered.slice(end + 1).find(({ message }) => message?.startsWith('START RequestId'));
    return first?.message?.startsWith('[CREATE]') && next
        ? [(next.timestamp ?? 0) - (ordered[end]?.timestamp ?? 0)]
        : [];
}

/** What UPDATE says of the previous properties in its log. */
async function previousProperties({ logs, handlerLog, interrupted }: Asking, begin: number): Promise<string> {
    for (let look = 1; look <= LOOKS; look++) {
        for (const { logStreamName, message } of await eventsOf(logs, handlerLog, begin)) {
            const [, names] = /^Previous properties: (.*)/.exec(message ?? '') ?? [];
            if (names && logStreamName?.includes(`/${IMPORTED}/`)) {
                return kindOf(names.split(', '));
            }
        }
        await CLOCK.sleep(look < LOOKS ? 5_000 : 0, interrupted);
    }
    return 'UPDATE was not called, or left no log';
}

/** What no template names must stay, whatever the previous properties are. */
async function fateOfPolicy({ ecr }: Asking): Promise<string> {
    const { lifecyclePolicyText = '' } = await ecr.send(
        new GetLifecyclePolicyCommand({ repositoryName: IMPORTED }),
    );
    return lifecyclePolicyText.includes('365') ? 'the policy of 365 days stays' : 'THE POLICY HAS CHANGED';
}

/** READ alone names read-only properties. */
function kindOf(names: readonly string[]): string {
    return names.includes('RepositoryArn')
        ? `${names.length}, RepositoryArn among them: what READ found`
        : names.join(', ');
}

async function eventsOf(
    client: CloudWatchLogsClient,
    logGroupName: string,
    startTime: number,
): Promise<FilteredLogEvent[]> {
    const found: FilteredLogEvent[] = [];
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName, startTime })) {
        found.push(...events);
    }
    return found;
}
