import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECRClient, Repository } from '@aws-sdk/client-ecr';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Properties } from '../properties';

/** Any of a resource's properties, as a facet knows them: some may be missing. */
export type Some = Partial<Properties>;

/** The AWS clients of one invocation; all share the caller's credentials. */
export interface Clients {
    readonly ecr: ECRClient;
    /** For writing what others write too, by shared-object.ts: a call is made once, and given up after WRITE milliseconds. */
    readonly registry: ECRClient;
    readonly cloudWatch: CloudWatchClient;
    readonly logs: CloudWatchLogsClient;
    readonly events: EventBridgeClient;
}

/** Where a repository is: all that its ARN, and so everything of it, can be found by. */
export interface Place {
    /** aws, aws-cn, aws-us-gov… */
    readonly partition: string;
    readonly region: string;
    /** 12 digits. */
    readonly account: string;
    readonly repositoryName: string;
}

/** What a facet works in: one repository, seen by one invocation. */
export interface Scope extends Place {
    readonly aws: Clients;
    /** What the resource was until now, as far as CloudFormation says so: where to look for what AWS points at no more. */
    readonly previous?: Properties;
    /** The clients for another Region; the caller's credentials are good in all Regions of a partition. */
    awsIn(region: string): Clients;
    /** The repository as DescribeRepositories shows it, asked for once; undefined where there is none. */
    repository(): Promise<Repository | undefined>;
}

/** What is written only by the protocol of shared-object.ts. */
export interface Contended<State> {
    /** Pure. */
    part(state: State | undefined): unknown;
    /** Reads AWS: that part alone, in one call. */
    read(scope: Scope): Promise<unknown>;
}

/**
 * One AWS-side piece of the resource. State is canonical: `desired` and `observe` give the same plain form
 * (JSON parsed, sets sorted, defaults filled, no undefined keys), so that equal states are deeply equal.
 */
export interface Facet<State = unknown> {
    /** As it reads in "writing its … failed": lifecycle policy. */
    readonly name: string;
    /** The properties that this facet is made from; no two facets share one. */
    readonly properties: readonly (keyof Properties)[];
    /** Properties of other facets that alone are reason enough for this one: what they ask for lives by it. */
    readonly serves?: readonly (keyof Properties)[];
    /** CreateRepository makes it: a repository just created has it as desired. */
    readonly born?: boolean;
    /** AWS keeps it when the repository is deleted, so DELETE must take it away. */
    readonly outlives?: boolean;
    /** Pure. One sentence for every mistake that the schema cannot see. */
    check?(properties: Properties, place: Place): string[];
    /** Pure. What the properties ask for; undefined asks for nothing. Called only after `check` found nothing. */
    desired(properties: Properties, place: Place): State | undefined;
    /** Reads AWS. Needs only the repository's name; undefined when there is nothing. */
    observe(scope: Scope): Promise<State | undefined>;
    /**
     * Pure. For facets that share their AWS-side object with others: what the object becomes when `previous` is
     * ours no longer and `desired` is. Without it the whole object is ours.
     */
    merge?(
        observed: State | undefined,
        desired: State | undefined,
        previous: State | undefined,
        place: Place,
    ): State | undefined;
    /** Reads AWS. What of the previous state may go, because no other repository lives by it; without it, all. */
    releasable?(previous: State, desired: State | undefined, scope: Scope): Promise<State | undefined>;
    /** Part of it is written by others too, as a whole and with no lock between us. */
    readonly contended?: Contended<State>;
    /**
     * Pure. What may be written while the contended part must wait: the state with that part as it was observed,
     * without what must go before it goes. Without it nothing.
     */
    meanwhile?(target: State | undefined, observed: State | undefined): State | undefined;
    /**
     * Pure. Whether AWS holds what these properties ask for and nothing more, where `describe` tells too little to
     * see it by. Called only after `check` found nothing.
     */
    agrees?(properties: Properties, observed: State | undefined, place: Place): boolean;
    /** Somebody else's object may do what the properties ask for, so they are always remembered as they were written. */
    readonly elusive?: boolean;
    /**
     * Pure. Which of the properties that Read would show, of whichever facet, are not so because this facet's part of
     * AWS is not as they need it; as Read shows them instead.
     */
    denies?(properties: Some, state: State | undefined, place: Place): Some;
    /** Reads AWS. What whoever reads the stack's events should know of what is asked for; often empty. */
    remark?(desired: State, scope: Scope): Promise<string>;
    /**
     * Writes AWS, from observed to target; undefined takes it away. Safe to repeat. Where the contended part differs it
     * writes that alone: the rest follows when the protocol has seen that it stays.
     */
    write(target: State | undefined, observed: State | undefined, scope: Scope): Promise<void>;
    /** Pure. A state as properties, outputs included, for Read and drift: what AWS holds and nothing else. */
    describe(state: State | undefined, place: Place): Some;
}
