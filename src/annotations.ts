import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import schema from '../schema.json';
import type { Facet, Place, Some } from './facet';
import { tagList, tagRecord } from './facets/tags';
import type { Properties } from './properties';
import { asked, type States } from './reconcile';

/*
 * What AWS has no field for is kept in tags of our own on the repository, hidden from the property Tags:
 * who created it, EmptyOnDelete, and whatever Read could not tell otherwise: the keys of the stack's tags, and
 * properties that have no effect now or that the template writes in another form than Read would find.
 */
const PREFIX = 'org-containers-ecrrepository:';
const CREATED_BY = `${PREFIX}created-by`;
const EMPTY_ON_DELETE = `${PREFIX}empty-on-delete`;
const AS_WRITTEN = `${PREFIX}as-written-`;

/** The longest value of a tag, in characters (Amazon ECR API reference, Tag). */
const LONGEST = 256;

/** Tags on a repository at most (Amazon ECR service quotas). */
const MOST_TAGS = 50;

/** What Read could not tell from AWS. */
interface AsWritten {
    readonly properties: Some;
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
    const stackTags = Object.entries(origin.stackTags)
        // AWS takes a tag that begins with aws: from nobody but itself.
        .filter(([key]) => !/^aws:/i.test(key) && !declaredTags.some(({ Key }) => Key === key));
    const tags = [
        ...declaredTags.filter((tag) => !own.includes(tag)),
        ...tagList(Object.fromEntries(stackTags)),
        ...(origin.token ? [{ Key: CREATED_BY, Value: fingerprint(origin.token) }] : []),
        ...(declared.EmptyOnDelete ? [{ Key: EMPTY_ON_DELETE, Value: 'true' }] : []),
    ];
    const remembered = encode({
        properties: unsaid(facets, declared, place),
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
            `Tags: given the key "${Key}"; keys that begin with ${PREFIX} are this type's own. Rename it.`,
    );
}

/** What Read found, as the template writes it, as long as that still means what AWS holds; our own tags hidden. */
export function present(states: States, found: Some, place: Place): Some {
    const all = tagRecord(found.Tags ?? []);
    const { properties, stackTags } = decode(all);
    const visible = Object.entries(all).filter(([key]) => !isOwn(key) && !stackTags.includes(key));
    const shown = {
        ...found,
        Tags: tagList(Object.fromEntries(visible)),
        EmptyOnDelete: emptiesOnDelete(all),
    };
    const meant = [...states].flatMap(([facet, state]) => {
        const part = pick(properties, facet);
        const holds =
            facet.agrees?.(part, state, place) || meansTheSame(facet, { ...found, ...part }, found, place);
        return holds ? Object.entries(part) : [];
    });
    return { ...shown, ...Object.fromEntries(meant) };
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
    return key.startsWith(PREFIX);
}

/** The token itself is a secret between CloudFormation and the handler. */
function fingerprint(token: string): string {
    return createHash('sha256').update(token).digest('hex').slice(0, 32);
}

/** The declared properties that Read would not give back from AWS alone. */
function unsaid(facets: readonly Facet[], declared: Properties, place: Place): Some {
    const entries = facets.flatMap((facet) => {
        const found = facet.describe(asked(facet, declared, place), place);
        return Object.entries(pick(declared, facet)).filter(
            ([name, value]) => name !== 'Tags' && !sameValue(name, value, found[name as keyof Properties]),
        );
    });
    return Object.fromEntries(entries);
}

/** Whether these properties, put into AWS, would be found as AWS is now. */
function meansTheSame(facet: Facet, properties: Some, found: Some, place: Place): boolean {
    const candidate = { ...properties, RepositoryName: place.repositoryName };
    if (facet.check?.(candidate, place).length) {
        return false;
    }
    const again = facet.describe(facet.desired(candidate, place), place);
    return facet.properties.every((name) => isDeepStrictEqual(again[name], found[name]));
}

function pick(properties: Some, facet: Facet): Some {
    return Object.fromEntries(
        facet.properties
            .filter((name) => properties[name] !== undefined)
            .map((name) => [name, properties[name]]),
    );
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
    const { properties, stackTags } = asWritten;
    if (Object.keys(properties).length === 0 && stackTags.length === 0) {
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
        return { properties: {}, stackTags: [] };
    }
}
