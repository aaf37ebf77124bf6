import { definitions } from '../../schema.json';
import type { PartialProperties } from '../properties';
import { means } from './meaning';
import { type EcrRule, isCount, type LifecyclePolicy, type Selection, storageOf } from './policy';
import { isProtection } from './protection';
import { descriptionOf, type Retention, rulesFor } from './retention';

/** A rule, and the Id of the entry of LifecycleRules that made it; the empty one if the settings did. */
interface Origin {
    readonly rule: EcrRule;
    readonly id: string;
}

/** What rules ask for, by Id. */
type Retentions = ReadonlyMap<string, Retention>;

const { Id: schema } = definitions.LifecycleRule.properties;
const ID = new RegExp(schema.pattern);

const LISTS = ['TagPrefixList', 'TagPatternList', 'ProtectedTagPatterns'] as const;

/** The properties that may have made a policy. Whether they did, only making the policy from them again can tell. */
export function guess(policy: LifecyclePolicy): PartialProperties {
    return propertiesOf(retentionsOf(originsOf(policy)));
}

/**
 * What a policy does as properties, as far as they can express it. Omitted are the number of a setting whose rules have
 * several, and what a rule would add that no properties make: its list of tags, or its number if it has no tags.
 */
export function expressibleProperties(policy: LifecyclePolicy): PartialProperties {
    const all = originsOf(policy);
    const expressed = expressible(all);
    const inexpressible = all.filter((origin) => !expressed.includes(origin));
    const omitted = new Set([...unequalNumbers(expressed), ...inexpressible.flatMap(additionsOf)]);
    const retentions = retentionsOf(expressed);
    const { LifecycleRules: entries, ...settings } = propertiesOf(
        new Map([...retentionsOf(all).keys()].map((id) => [id, retentions.get(id) ?? {}])),
    );
    const withoutOmitted = (id: string, retention: Retention): Retention =>
        Object.fromEntries(Object.entries(retention).filter(([name]) => !omitted.has(`${id} ${name}`)));
    return {
        ...withoutOmitted('', settings),
        ...(entries && {
            LifecycleRules: entries.map(({ Id, ...entry }) => ({ Id, ...withoutOmitted(Id, entry) })),
        }),
    };
}

/**
 * Descriptions begin with the Id. Among the rules of entries, one without is an entry of its own; among those of the
 * settings, what looks like an Id is only the title of a rule that was added.
 */
function originsOf(policy: LifecyclePolicy): Origin[] {
    const isOfSettings = policy.some(
        (rule) => !isProtection(rule) && writtenId(rule) === '' && isAsMade({ rule, id: '' }),
    );
    const isOfEntries = !isOfSettings && policy.some((rule) => writtenId(rule) !== '');
    return policy.map((rule) => {
        const id = isOfEntries ? writtenId(rule) : '';
        const isAdded = isOfEntries && id === '' && !isProtection(rule);
        return { rule, id: isAdded ? `rule ${rule.rulePriority}` : id };
    });
}

function writtenId({ description = '' }: EcrRule): string {
    const [, id = ''] = /^([^:]+): /.exec(description) ?? [];
    return ID.test(id) && id.length <= schema.maxLength ? id : '';
}

function isAsMade({ rule, id }: Origin): boolean {
    return rule.description === descriptionOf(rule, id);
}

/**
 * The rules that their properties make again. Those that still are as this type made them come first: no other rule may
 * take their properties from them.
 */
function expressible(all: readonly Origin[]): readonly Origin[] {
    if (isReproduced(all)) {
        return all;
    }
    const ownFirst = all.toSorted((a, b) => Number(isAsMade(b)) - Number(isAsMade(a)));
    return ownFirst.reduce<readonly Origin[]>((expressed, next) => {
        const more = all.filter((origin) => origin === next || expressed.includes(origin));
        return isReproduced(more) ? more : expressed;
    }, []);
}

function isReproduced(origins: readonly Origin[]): boolean {
    const equal = withEqualNumbers(origins);
    const made = rulesFor([...retentionsOf(equal)].map(([Id, retention]) => ({ ...retention, Id })));
    return means(
        made,
        equal.map(({ rule }) => rule),
    );
}

/** The settings whose rules have several numbers. */
function unequalNumbers(origins: readonly Origin[]): string[] {
    const equal = withEqualNumbers(origins);
    return origins.filter((origin, index) => numberOf(origin) !== numberOf(equal[index])).map(settingOf);
}

function numberOf(origin: Origin | undefined): number | undefined {
    return origin?.rule.selection.countNumber;
}

/** With the same number in all rules of one setting. */
function withEqualNumbers(origins: readonly Origin[]): Origin[] {
    const numbers = new Map<string, number>();
    return origins.map((origin) => {
        const { rule } = origin;
        if (isProtection(rule)) {
            return origin;
        }
        const setting = settingOf(origin);
        const countNumber = numbers.get(setting) ?? rule.selection.countNumber;
        numbers.set(setting, countNumber);
        return { ...origin, rule: { ...rule, selection: { ...rule.selection, countNumber } } };
    });
}

/** The setting that a rule's number is of, with the Id before it. */
function settingOf({ rule, id }: Origin): string {
    return `${id} ${Object.keys(retentionOf(rule)).find((name) => !isList(name))}`;
}

/** What a rule adds to the properties: its list of tags, or its number if it has no tags; with the Id before it. */
function additionsOf({ rule, id }: Origin): string[] {
    const names = Object.keys(retentionOf(rule));
    const lists = names.filter(isList);
    return (lists.length > 0 ? lists : names).map((name) => `${id} ${name}`);
}

function isList(name: string): boolean {
    return LISTS.some((list) => list === name);
}

function retentionsOf(origins: readonly Origin[]): Retentions {
    const found = new Map<string, Retention>();
    // Protections come first in a policy, whichever entry they are of, and tell nothing about the order of entries.
    const inOrder = origins.toSorted((a, b) => Number(isProtection(a.rule)) - Number(isProtection(b.rule)));
    for (const { rule, id } of inOrder) {
        found.set(id, join(found.get(id) ?? {}, retentionOf(rule)));
    }
    return found;
}

function propertiesOf(retentions: Retentions): PartialProperties {
    const { '': settings, ...entries } = Object.fromEntries(retentions);
    return Object.keys(entries).length > 0
        ? {
              ...settings,
              LifecycleRules: [...retentions].flatMap(([Id, retention]) =>
                  Id === '' ? [] : [{ Id, ...retention }],
              ),
          }
        : { TagPrefixList: [], ImageRetentionDays: 0, ...settings };
}

function retentionOf(rule: EcrRule): Retention {
    const { tagStatus, tagPrefixList = [], tagPatternList = [], countType, countNumber } = rule.selection;
    const isStandard = storageOf(rule) === 'standard';
    if (isProtection(rule)) {
        return isStandard ? { ProtectedTagPatterns: [...tagPatternList] } : {};
    }
    if (tagStatus === 'untagged') {
        return untaggedRetention(rule.selection);
    }
    const isEveryTag = tagPatternList[0] === '*';
    const tags = {
        ...(tagPrefixList.length > 0 && { TagPrefixList: [...tagPrefixList] }),
        ...(tagPatternList.length > 0 && !isEveryTag && { TagPatternList: [...tagPatternList] }),
    };
    switch (countType) {
        case 'imageCountMoreThan':
            return tagStatus === 'any'
                ? { ImageRetentionCount: countNumber }
                : { ...tags, TaggedImageRetentionCount: countNumber };
        case 'sinceImagePulled':
            return { ...tags, ArchiveAfterDaysWithoutPull: countNumber };
        case 'sinceImageTransitioned':
            return { ...tags, ArchivedImageRetentionDays: countNumber };
        default:
            return { ...tags, ImageRetentionDays: countNumber };
    }
}

function untaggedRetention(selection: Selection): Retention {
    if (isCount(selection)) {
        return { UntaggedImageRetentionCount: selection.countNumber };
    }
    return selection.countNumber === 1
        ? { UntaggedImageRetentionCount: 0 }
        : { UntaggedImageRetentionDays: selection.countNumber };
}

function join(a: Retention, b: Retention): Retention {
    const joined = LISTS.flatMap((name) => {
        const items = new Set([...(a[name] ?? []), ...(b[name] ?? [])]);
        return items.size > 0 ? [[name, [...items]]] : [];
    });
    return { ...a, ...b, ...Object.fromEntries(joined) };
}
