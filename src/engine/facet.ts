import type { Clients, RegionContext } from '../aws/clients';
import type { CreateInput, Repository } from '../aws/repositories';
import type { RepositoryRef } from '../aws/repository-ref';
import type { PartialProperties, Properties } from '../properties';
import type { Turn } from './shared-lock';

/** What a facet works in: one repository, seen by one invocation. */
export interface FacetContext extends RegionContext {
    /** What CloudFormation says the resource was until now: it leads to what AWS itself no longer points at. */
    readonly previous?: Properties;
    /** The clients for another Region; the caller's credentials are good in all Regions of a partition. */
    awsIn(region: string): Clients;
    /**
     * Does the work in a turn of its own among all writers of the registry's shared objects; undefined if the turn did
     * not come in the time of this invocation.
     */
    inTurn<T extends object>(work: (turn: Turn) => Promise<T | undefined>): Promise<T | undefined>;
    /** For the handler's log. */
    log(message: string): void;
    /** The repository as DescribeRepositories shows it, read once; undefined where there is none. */
    repository(): Promise<Repository | undefined>;
}

/**
 * One AWS-side piece of the resource. State is canonical: `desired` and `observe` give the same plain form
 * (JSON parsed, sets sorted, defaults filled, no undefined keys), so that equal states are deeply equal.
 *
 * An object of the registry belongs to all its repositories, so there a facet must say what of it is its own and how
 * it shares it.
 */
export type Facet<State = unknown> = Piece<State> &
    (
        | {
              readonly home: 'repository' | 'region';
              readonly ownership?: Ownership<State>;
              readonly shared?: never;
          }
        | { readonly home: 'registry'; readonly ownership: Ownership<State>; readonly shared: Shared<State> }
    );

interface Piece<State> {
    /** As it reads in "writing the … failed": lifecycle policy. */
    readonly name: string;
    /** The properties that this facet is made from; no two facets share one. */
    readonly properties: readonly (keyof Properties)[];
    /**
     * Where the object is. One of the `repository` goes with it. One of the `region` is named after the repository, one
     * of the `registry` is shared by all repositories; both stay when the repository is deleted, so DELETE removes
     * what is owned.
     */
    readonly home: 'repository' | 'region' | 'registry';
    /** Pure. One sentence for each violation that the schema cannot see. */
    validate?(declared: Properties, repository: RepositoryRef): string[];
    /** Pure. What the properties ask for; undefined asks for nothing. Called only after `validate` found nothing. */
    desired(declared: Properties, repository: RepositoryRef): State | undefined;
    /**
     * Reads AWS. Needs only the repository's name; undefined when there is nothing. `expected` is what CloudFormation says
     * was declared until now: of what it names, the details are read at once.
     */
    observe(context: FacetContext, expected?: State): Promise<State | undefined>;
    /**
     * Looks at what the declared properties would do before anything at all is written. A text says what it waits for:
     * then nothing is written in this call. Fails when nothing may be written. `isFirst`: in an operation's first call.
     */
    guard?(
        declared: Properties,
        observed: State | undefined,
        context: FacetContext,
        isFirst: boolean,
    ): Promise<string | undefined>;
    /** Writes AWS, from observed to target; undefined removes it. Safe to repeat. */
    apply(target: State | undefined, observed: State | undefined, context: FacetContext): Promise<void>;
    /**
     * Pure. A state as properties, outputs included, for READ and drift: what AWS holds and nothing else. It is for
     * display only; what belongs to the repository is for `ownership`. `recorded`: what a template declared, for a facet
     * that can say the same by other properties.
     */
    readback(
        observed: State | undefined,
        repository: RepositoryRef,
        recorded?: PartialProperties,
    ): PartialProperties;
    /**
     * Pure. Whether AWS holds what these properties ask for and nothing more, where `readback` shows too little to
     * tell. Called only after `validate` found nothing.
     */
    isInSync?(declared: Properties, observed: State | undefined, repository: RepositoryRef): boolean;
    /**
     * Properties that READ might not find, though AWS holds what they ask for, or not in their place. They are recorded
     * wherever a template declares them, and there is room; `isInSync` says whether they still hold.
     */
    readonly alwaysRecorded?: readonly (keyof Properties)[];
    /** Pure. What CreateRepository takes for this facet: a repository just created has it as desired. */
    createInput?(declared: Properties): Partial<CreateInput>;
    /** Other facets' properties that need this facet's object too. */
    readonly requiredBy?: Requirement<State>;
}

/** An object of which others own parts. Without it, the whole object belongs to this repository. */
export interface Ownership<State> {
    /**
     * Pure. What the object becomes when `previous` is ours no longer and `desired` is. All that is in neither stays
     * byte for byte.
     */
    merge(
        observed: State | undefined,
        desired: State | undefined,
        previous: State | undefined,
        repository: RepositoryRef,
    ): State | undefined;
    /**
     * Pure. What of the object belongs to this repository, by its name or by a mark of this type: what DELETE removes
     * when it knows nothing but the name. Undefined when nothing does.
     */
    owned(observed: State | undefined, repository: RepositoryRef): State | undefined;
    /** Reads AWS. What of the previous state may go, because no other repository needs it; without it, all. */
    safeToRemove?(
        previous: State,
        desired: State | undefined,
        context: FacetContext,
    ): Promise<State | undefined>;
}

/** An object that other stacks write too, as a whole and without a version; shared-object.ts takes a turn to write it. */
export interface Shared<State> {
    /** Pure. The part of the state that is shared; `apply`, where it differs, writes it alone, in one call that is made once. */
    part(state: State | undefined): unknown;
    /** Reads AWS: the state with its shared part as it is now, in one call. */
    refresh(state: State | undefined, context: FacetContext): Promise<State>;
    /**
     * Pure. What is applied before the shared part is written: the observed state without what must be gone before its
     * entry goes. Without it, nothing.
     */
    prepared?(target: State | undefined, observed: State | undefined): State | undefined;
    /** Reads AWS. What a reader of the stack's events should know about what is desired; often empty. */
    notice?(desired: State, context: FacetContext): Promise<string>;
}

/** What properties of other facets need of this one. */
export interface Requirement<State> {
    /** As soon as one of them is declared, this facet is part of the operation. */
    readonly properties: readonly (keyof Properties)[];
    /**
     * Pure. Which of the properties that READ would show do not work, because this facet's object is not as they need
     * it; as READ shows them instead.
     */
    unmet(
        shown: PartialProperties,
        observed: State | undefined,
        repository: RepositoryRef,
    ): PartialProperties;
}
