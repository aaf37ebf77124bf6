import { HandlerErrorCode } from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib/dist/interface';
import { HandlerFailure } from '../errors';

/** A registry, in a Region. */
export interface Destination {
    readonly region: string;
    readonly registryId: string;
}

/** A rule of the registry's replication configuration. Without filters it is about every repository. */
export interface Rule {
    readonly destinations: readonly Destination[];
    readonly filters: readonly string[];
}

/** Amazon ECR service quotas: per registry and Region. */
const MOST_RULES = 25;
const MOST_DESTINATIONS = 25;
const MOST_FILTERS = 100;

/** What repositories that begin with this filter are replicated to by it, whichever rules say so. */
export function destinationsOf(rules: readonly Rule[], filter: string): Destination[] {
    return sortedDestinations(
        rules.filter(({ filters }) => filters.includes(filter)).flatMap(({ destinations }) => destinations),
    );
}

/**
 * Pure. The rules, with this filter replicated to just these destinations: it joins the first rule that has the same
 * ones and room, or makes a new one. Rules and filters of others stay as they are, in order. Fails with
 * ServiceLimitExceeded.
 */
export function withEntry(
    rules: readonly Rule[],
    filter: string,
    destinations: readonly Destination[],
): readonly Rule[] {
    if (isSameSet(destinationsOf(rules, filter), destinations)) {
        return rules;
    }
    const others = rules.flatMap((rule) => withoutFilter(rule, filter));
    return destinations.length > 0 ? join(others, filter, destinations) : others;
}

/** What is in `all` and not in `some`. */
export function except(all: readonly Destination[], some: readonly Destination[]): Destination[] {
    const keys = new Set(some.map(key));
    return all.filter((destination) => !keys.has(key(destination)));
}

/** In an order of their own, each once. */
export function sortedDestinations(destinations: readonly Destination[]): Destination[] {
    const byKey = new Map(destinations.map((destination) => [key(destination), destination]));
    return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, destination]) => destination);
}

/** A rule that loses its last filter goes: without filters it would be about every repository. */
function withoutFilter(rule: Rule, filter: string): Rule[] {
    if (!rule.filters.includes(filter)) {
        return [rule];
    }
    const filters = rule.filters.filter((other) => other !== filter);
    return filters.length > 0 ? [{ ...rule, filters }] : [];
}

function join(rules: readonly Rule[], filter: string, destinations: readonly Destination[]): Rule[] {
    const roomy = rules.find(
        (rule) =>
            rule.filters.length > 0 &&
            rule.filters.length < MOST_FILTERS &&
            isSameSet(rule.destinations, destinations),
    );
    if (roomy) {
        return rules.map((rule) => (rule === roomy ? { ...rule, filters: [...rule.filters, filter] } : rule));
    }
    const result = [...rules, { destinations, filters: [filter] }];
    refuseTooMany(rules, result);
    return result;
}

function refuseTooMany(before: readonly Rule[], after: readonly Rule[]): void {
    if (after.length > MOST_RULES) {
        throw limit(
            `${MOST_RULES} replication rules`,
            `The rules replicate ${before.map(inWords).join('; ')}.`,
        );
    }
    const unique = sortedDestinations(after.flatMap(({ destinations }) => destinations));
    if (unique.length > MOST_DESTINATIONS) {
        const used = sortedDestinations(before.flatMap(({ destinations }) => destinations));
        throw limit(
            `${MOST_DESTINATIONS} replication destinations`,
            `In use are ${used.map(key).join(', ')}.`,
        );
    }
}

function limit(what: string, filledBy: string): HandlerFailure {
    const message = `The registry takes ${what} at most, for all repositories together, and would need one more. ${filledBy} Use destinations that another repository uses already, or remove a rule.`;
    return new HandlerFailure(HandlerErrorCode.ServiceLimitExceeded, message);
}

function inWords({ destinations, filters }: Rule): string {
    const shown = filters.length > 3 ? [...filters.slice(0, 3), `${filters.length - 3} more`] : filters;
    return `${shown.join(', ') || 'every repository'} to ${destinations.map(key).join(' and ')}`;
}

function isSameSet(a: readonly Destination[], b: readonly Destination[]): boolean {
    return sortedDestinations(a).map(key).join() === sortedDestinations(b).map(key).join();
}

function key({ region, registryId }: Destination): string {
    return `${registryId}/${region}`;
}
