import type fc from 'fast-check';
import type { Facet } from '../../../src/engine/facet';
import type { PartialProperties, Properties } from '../../../src/properties';
import type { Account } from '../account';
import type { Action, Circumstances } from '../function';
import type { Held } from '../held';
import type { StandIn } from '../stand-in';

/** What others may have put anywhere. */
export interface Foreign {
    readonly tags: Readonly<Record<string, string>>;
    /** 12 digits each; none of them in the properties of the tests. */
    readonly accounts: readonly string[];
    /** Names of other repositories, some of which begin like ours. */
    readonly repositories: readonly string[];
    readonly region: string;
    readonly flag: boolean;
}

/** The foreign part of a facet's state, given the state that it is added to. */
export type ForeignPart = (foreign: Foreign, state: unknown) => unknown;

/** A property that can be changed, for the test that each is set, changed and read. */
export interface PropertyRow {
    /** What else the property needs to have an effect. */
    readonly beside?: PartialProperties;
    /** What it is created with and what it is updated to. */
    readonly values: readonly [unknown, unknown];
    /** What AWS holds of it, as a value or a promise. */
    readonly inAws: (held: Held, account: Account) => unknown;
    /** How AWS holds the values, where it is not as they are written. */
    readonly as?: readonly [unknown, unknown];
}

/** Where else something may be done: the account in THERE, and what only AWS does. */
export interface Beside {
    readonly there: Account;
    readonly standIn: StandIn;
}

/** How it is done, in the repository's Region unless it says otherwise. */
export type By = (here: Account, beside: Beside) => Promise<unknown>;

/** Something that is done to AWS behind the stack's back. */
export interface Alteration {
    readonly what: string;
    /** What the template sets beside RepositoryName. */
    readonly template: PartialProperties;
    readonly by: By;
    /** The properties that differ then, if it is not the one that the row is about. */
    readonly drift?: readonly (keyof PartialProperties)[];
    /** What an update with the same template does: it fixes it, leaves it as another's, or cannot. */
    readonly update?: 'leaves' | 'refuses';
}

/** A case in which something is said that docs/troubleshooting.md lists. */
export interface MessageRow {
    readonly said: string;
    readonly action: Action;
    readonly declared?: PartialProperties;
    readonly circumstances?: Circumstances;
    /** Whether the repository is created before. */
    readonly isThere?: boolean;
    /** Whether there is little time for an answer. */
    readonly isHurried?: boolean;
    /** In place of AWS's own, by the call. */
    readonly answers?: Readonly<Record<string, object>>;
}

/** All that the tests over every facet need to know about one, so that a new facet comes with one file of it. */
export interface FacetData {
    readonly facet: Facet;
    /** Properties that give it something to do. */
    readonly declared: PartialProperties;
    /** By property: any value that the schema and the facet take. */
    readonly arbitraries: { readonly [K in keyof Properties]?: fc.Arbitrary<Properties[K]> };
    /** What others may have in its object; null: nothing. */
    readonly foreign: ForeignPart | null;
    readonly properties: Readonly<Record<string, PropertyRow>>;
    /** Its actions that AWS grants on everything or not at all (Service Authorization Reference). */
    readonly undivided: readonly string[];
    /** Properties that are refused, and in how many sentences, which docs/troubleshooting.md lists. */
    readonly violations: readonly [PartialProperties, number][];
    /** What depends on what AWS holds. */
    readonly messages: readonly MessageRow[];
    readonly alterations: Readonly<Record<string, readonly Alteration[]>>;
}
