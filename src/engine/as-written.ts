import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import schema from '../../schema.json';
import { AS_WRITTEN, OWN_TAGS } from '../aws/names';
import { tagList, tagRecord } from '../facets/tags';
import type { Properties } from '../properties';
import type { Facet, Place, Some } from './facet';
import { asked, type States } from './reconcile';

/*
 * What AWS has no field for is kept in tags of our own on the repository, hidden from the property Tags:
 * who created it, EmptyOnDelete, and whatever Read could not tell otherwise: the keys of the stack's tags, and
 * properties that have no effect now or that the template writes in another form than Read would find.
 */
const CREATED_BY = `${OWN_TAGS}created-by`;
const EMPTY_ON_DELETE = `${OWN_TAGS}empty-on-delete`;

/** The longest value of a tag, in characters (Amazon ECR API reference, Tag). */
const LONGEST = 256;

/** Tags on a repository at most (Amazon ECR service quotas). */
const MOST_TAGS = 50;

/** What Read could not tell from AWS. */
interface AsWritten {
    /** What AWS holds, in other words than Read's. */
    readonly words: Some;
    /** What has no effect: settings under a switch that is off, or that others replace. */
    readonly idle: Some;
    readonly stackTags: readonly string[];
}

/** Who asks: the stack's tags, and for a create the token of the request. */
export interface Origin {
    readonly stackTags: Readonly<Record<string, string>>;
    readonly token?: string;
}

/** The properties with all tags that the repository is to have: the template's, the stack's and our own. */
export function annotate(
    facets: readonly Facet[],
    declared: Properties,
    origin: Origin,
    place: Place,
): Properties {
    const declaredTags = declared.Tags ?? [];
    const own = declaredTags.filter(({ Key }) => isOwn(Key));
    const stackTags = Object.entries(origin.stackTags).filter(
        ([key]) => !isAws(key) && !declaredTags.some(({ Key }) => Key === key),
    );
    const tags = [
        ...declaredTags.filter((tag) => !own.includes(tag)),
        ...tagList(Object.fromEntries(stackTags)),
        ...(origin.token ? [{ Key: CREATED_BY, Value: fingerprint(origin.token) }] : []),
        ...(declared.EmptyOnDelete ? [{ Key: EMPTY_ON_DELETE, Value: 'true' }] : []),
    ];
    const remembered = encode({
        ...unsaid(facets, declared, place),
        stackTags: stackTags.map(([key]) => key),
    });
    // Without room for them, Read gives these properties in its own form; nothing else depends on them.
    const room = tags.length + remembered.length <= MOST_TAGS;
    return { ...declared, Tags: [...tags, ...(room ? remembered : [])] };
}

/** One sentence for every tag of the template that carries a key of our own. */
export function check({ Tags = [] }: Properties): string[] {
    return Tags.filter(({ Key }) => isOwn(Key)).map(
        ({ Key }) =>
            `Tags: given the key "${Key}"; keys that begin with ${OWN_TAGS} are this type's own. Rename it.`,
    );
}

/**
 * What Read found, as the template writes it, as long as that still means what AWS holds; without our own tags, the
 * stack's, and those that AWS itself adds.
 */
export function present(states: States, found: Some, place: Place): Some {
    const all = tagRecord(found.Tags ?? []);
    const asWritten = decode(all);
    const visible = Object.entries(all).filter(
        ([key]) => !isOwn(key) && !isAws(key) && !asWritten.stackTags.includes(key),
    );
    const shown: Some = Object.assign(
        { ...found, Tags: tagList(Object.fromEntries(visible)), EmptyOnDelete: emptiesOnDelete(all) },
        ...[...states].map(([facet, state]) => meant(facet, state, asWritten, found, place)),
    );
    return Object.assign(shown, ...[...states].map(([facet, state]) => facet.denies?.(shown, state, place)));
}

/** What these tags remember of how the template was written last, whether AWS still holds it or not. */
export function remembered(tags: Readonly<Record<string, string>>): Some {
    const { idle, words } = decode(tags);
    return { ...idle, ...words };
}

/** Whether a repository with these tags was created by the request with this token. */
export function createdBy(token: string, tags: Readonly<Record<string, string>>): boolean {
    return tags[CREATED_BY] === fingerprint(token);
}

/** Whether the images go with the repository that carries these tags. */
export function emptiesOnDelete(tags: Readonly<Record<string, string>>): boolean {
    return tags[EMPTY_ON_DELETE] === 'true';
}

/** Whether a tag is this type’s own, kept from everybody’s sight. */
export function isOwn(key: string): boolean {
    return key.startsWith(OWN_TAGS);
}

/** AWS takes a tag that begins with aws: from nobody but itself. */
function isAws(key: string): boolean {
    return /^aws:/i.test(key);
}

/** The token itself is a secret between CloudFormation and the handler. */
function fingerprint(token: string): string {
    return createHash('sha256').update(token).digest('hex').slice(0, 32);
}

/** The declared properties that Read would not give back from AWS alone. */
function unsaid(
    facets: readonly Facet[],
    declared: Properties,
    place: Place,
): Pick<AsWritten, 'words' | 'idle'> {
    const entries = facets.flatMap((facet) => {
        const found = facet.describe(asked(facet, declared, place), place);
        return Object.entries(pick(declared, facet))
            .filter(([name, value]) => name !== 'Tags' && !isSaid(facet, name, value, found))
            .map(([name, value]) => ({ name, value, matters: matters(facet, name, declared, place) }));
    });
    const those = (matter: boolean) =>
        Object.fromEntries(entries.flatMap((one) => (one.matters === matter ? [[one.name, one.value]] : [])));
    return { words: those(true), idle: those(false) };
}

function isSaid(facet: Facet, name: string, value: unknown, found: Some): boolean {
    return !(facet.elusive && value !== false) && sameValue(name, value, found[name as keyof Properties]);
}

/** Whether something else would be asked for without this property. */
function matters(facet: Facet, name: string, properties: Properties, place: Place): boolean {
    const { RepositoryName } = properties;
    const without = { ...omit(properties, [name]), RepositoryName };
    return !isDeepStrictEqual(asked(facet, properties, place), asked(facet, without, place));
}

/** What was remembered of a facet's properties, as far as it still means what AWS holds. */
function meant(facet: Facet, state: unknown, asWritten: AsWritten, found: Some, place: Place): Some {
    const words = pick(asWritten.words, facet);
    const idle = pick(asWritten.idle, facet);
    const named = { ...found, RepositoryName: place.repositoryName };
    const described = (properties: Properties) => facet.describe(asked(facet, properties, place), place);
    const agrees = (properties: Properties) =>
        !facet.check?.(properties, place).length &&
        (facet.agrees?.(properties, state, place) ??
            isDeepStrictEqual(described(properties), described(named)));
    // Alone too: with all of LifecycleRules disabled, what is found is EnableLifecyclePolicy false.
    const alone = { ...omit(found, facet.properties), RepositoryName: place.repositoryName };
    const holds = [named, alone]
        .map((beside) => ({ ...beside, ...idle, ...words }))
        .some(
            (properties) =>
                agrees(properties) &&
                // What mattered when it was written must matter still; a LifecyclePolicyText overrules LifecycleRules.
                Object.keys(words).every((name) => matters(facet, name, properties, place)),
        );
    if (holds) {
        return { ...idle, ...words };
    }
    return agrees({ ...named, ...idle }) ? idle : {};
}

function pick(properties: Some, facet: Facet): Some {
    return Object.fromEntries(
        facet.properties
            .filter((name) => properties[name] !== undefined)
            .map((name) => [name, properties[name]]),
    );
}

function omit(properties: Some, names: readonly string[]): Some {
    return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

/** Equal, the order of a list aside where the schema says that it does not matter (insertionOrder). */
function sameValue(name: string, a: unknown, b: unknown): boolean {
    const property: object = schema.properties[name as keyof typeof schema.properties];
    const unordered = 'insertionOrder' in property && property.insertionOrder === false;
    const sort = (value: unknown) =>
        Array.isArray(value) && unordered ? value.map((item) => JSON.stringify(item)).sort() : value;
    return isDeepStrictEqual(sort(a), sort(b));
}

function encode(asWritten: AsWritten): { Key: string; Value: string }[] {
    const { words, idle, stackTags } = asWritten;
    if (Object.keys({ ...words, ...idle }).length === 0 && stackTags.length === 0) {
        return [];
    }
    const text = deflateRawSync(JSON.stringify(asWritten), { level: 9 }).toString('base64url');
    const parts = text.match(new RegExp(`.{1,${LONGEST}}`, 'g')) ?? [];
    return parts.map((Value, index) => ({ Key: `${AS_WRITTEN}${index + 1}`, Value }));
}

/** Tags that somebody meddled with count as absent. */
function decode(tags: Readonly<Record<string, string>>): AsWritten {
    const parts: string[] = [];
    for (let part = tags[`${AS_WRITTEN}1`]; part; part = tags[`${AS_WRITTEN}${parts.length + 1}`]) {
        parts.push(part);
    }
    try {
        return JSON.parse(inflateRawSync(Buffer.from(parts.join(''), 'base64url')).toString());
    } catch {
        return { words: {}, idle: {}, stackTags: [] };
    }
}
