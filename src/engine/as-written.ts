import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import schema from '../../schema.json';
import type { RepositoryRef } from '../aws/repository-ref';
import { isOwn, OWN_TAGS, type Tags, tagList, tagRecord } from '../aws/tags';
import { isRecord } from '../json';
import type { PartialProperties, Properties } from '../properties';
import { respelled } from '../respelled';
import { obstacleIn, violations } from '../validate';
import type { Facet } from './facet';
import { desiredState, type States } from './plan';

/*
 * What AWS has no field for is kept in this type's own tags on the repository, which READ hides: who created it,
 * EmptyOnDelete, and a record of what READ could not tell otherwise.
 */
const CREATED_BY = `${OWN_TAGS}created-by`;
const EMPTY_ON_DELETE = `${OWN_TAGS}empty-on-delete`;

/** The keys of the tags that hold the record, before their numbers. */
export const AS_WRITTEN = `${OWN_TAGS}as-written-`;

/** The longest value of a tag, in characters (Amazon ECR API reference, Tag). */
const LONGEST = 256;

/** Tags on a repository at most (Amazon ECR service quotas). */
const MOST_TAGS = 50;

/** Of the record's format. A record of any other version counts as absent. */
const VERSION = 1;

/** Bytes of a record at most; far more than any properties take. */
const LARGEST = 1_048_576;

/** What READ could not tell from AWS. */
interface AsWritten {
    readonly version: typeof VERSION;
    /** Properties with an effect, which READ would find in another form. */
    readonly effective: PartialProperties;
    /** Properties without an effect: settings under a switch that is off, or that others replace. */
    readonly ineffective: PartialProperties;
    /** The keys of the tags that are the stack's. */
    readonly stackTags: readonly string[];
    /** The names of the properties that any stack declared, of a repository that this type did not create. */
    readonly managed?: readonly string[];
}

const ABSENT: AsWritten = { version: VERSION, effective: {}, ineffective: {}, stackTags: [] };

/** What no record holds: outputs, the identifier, and the tags, which the record is part of itself. */
const NEVER_RECORDED: ReadonlySet<string> = new Set([
    'RepositoryName',
    'Tags',
    ...schema.readOnlyProperties.map((pointer) => pointer.replace('/properties/', '')),
]);

/** Who asks: the stack's tags, and for a create the token of the request. */
export interface Origin {
    readonly stackTags: Tags;
    readonly token?: string;
    /** What {@link managedProperties} says; absent in a create. */
    readonly managed?: readonly string[] | undefined;
}

/** The properties with all tags that the repository is to have: the template's, the stack's and this type's own. */
export function withOwnTags(
    facets: readonly Facet[],
    declared: Properties,
    origin: Origin,
    repository: RepositoryRef,
): Properties {
    const declaredTags = declared.Tags ?? [];
    const stackTags = Object.entries(origin.stackTags).filter(
        ([key]) => !isAws(key) && !declaredTags.some(({ Key }) => Key === key),
    );
    const tags = [
        ...declaredTags.filter(({ Key }) => !isOwn(Key)),
        ...tagList(Object.fromEntries(stackTags)),
        ...(origin.token ? [{ Key: CREATED_BY, Value: fingerprint(origin.token) }] : []),
        ...(declared.EmptyOnDelete ? [{ Key: EMPTY_ON_DELETE, Value: 'true' }] : []),
    ];
    for (const isFull of [true, false]) {
        const record = encode({
            version: VERSION,
            ...unreadable(facets, declared, repository, isFull),
            stackTags: stackTags.map(([key]) => key),
            ...(origin.managed && { managed: managedFrom(origin.managed, declared) }),
        });
        if (tags.length + record.length <= MOST_TAGS) {
            return { ...declared, Tags: [...tags, ...record] };
        }
    }
    // Without room for any, READ gives these properties in its own form; nothing else depends on them.
    return { ...declared, Tags: tags };
}

/** One sentence for every tag of the template that carries a key of this type's own. */
export function validate({ Tags = [] }: Properties): string[] {
    return Tags.filter(({ Key }) => isOwn(Key)).map(
        ({ Key }) =>
            `Tags: given the key "${Key}"; keys that begin with ${OWN_TAGS} are this type's own. Rename it.`,
    );
}

/**
 * What READ found, as the template writes it, as long as that still means what AWS holds; without this type's own
 * tags, the stack's, and those that AWS itself adds.
 */
export function asWritten(
    states: States,
    found: PartialProperties,
    repository: RepositoryRef,
): PartialProperties {
    const all = tagRecord(found.Tags ?? []);
    const record = decode(all);
    const visible = Object.entries(all).filter(
        ([key]) => !isOwn(key) && !isAws(key) && !record.stackTags.includes(key),
    );
    const base = {
        ...found,
        Tags: tagList(Object.fromEntries(visible)),
        EmptyOnDelete: emptiesOnDelete(all),
    };
    const remembered = (beside: PartialProperties): PartialProperties =>
        Object.assign(
            { ...base },
            ...[...states].map(([facet, state]) => stillValid(facet, state, record, beside, repository)),
        );
    // Twice, because what one facet remembers may be valid only beside what another one does.
    const shown = remembered(remembered(found));
    return Object.assign(
        shown,
        ...[...states].map(([facet, state]) => facet.requiredBy?.unmet(shown, state, repository)),
    );
}

/** What these tags record of the template that was applied last, whether AWS still holds it or not. */
export function recorded(tags: Tags): PartialProperties {
    const { ineffective, effective } = decode(tags);
    return { ...ineffective, ...effective };
}

/**
 * The properties that this type has written, of a repository that it did not create: an imported one holds more than
 * its template says, and only what is managed can be given up by leaving it out. Undefined where this type created the
 * repository, and so wrote everything.
 */
export function managedProperties(tags: Tags): readonly string[] | undefined {
    return tags[CREATED_BY] === undefined ? (decode(tags).managed ?? []) : undefined;
}

/** What is managed once stays so: an operation that goes on in a later call must find it again. */
function managedFrom(managed: readonly string[], declared: Properties): string[] {
    return [...new Set([...managed, ...Object.keys(declared)])]
        .filter((name) => name !== 'RepositoryName')
        .sort();
}

/** Whether this type has created a repository with these tags, or brought it to a template. */
export function isWritten(tags: Tags): boolean {
    return tags[CREATED_BY] !== undefined || decode(tags).managed !== undefined;
}

/** Whether a repository with these tags was created by the request with this token. */
export function createdBy(token: string, tags: Tags): boolean {
    return tags[CREATED_BY] === fingerprint(token);
}

/** Whether the images are deleted with the repository that carries these tags. */
export function emptiesOnDelete(tags: Tags): boolean {
    return tags[EMPTY_ON_DELETE] === 'true';
}

/** Only AWS itself sets tags that begin with aws:. */
function isAws(key: string): boolean {
    return /^aws:/i.test(key);
}

/** The token itself is a secret between CloudFormation and the handler. */
function fingerprint(token: string): string {
    return createHash('sha256').update(token).digest('hex').slice(0, 32);
}

/** The declared properties that READ would not give back from AWS alone; `isFull`: those too that it might not. */
function unreadable(
    facets: readonly Facet[],
    declared: Properties,
    repository: RepositoryRef,
    isFull: boolean,
): Pick<AsWritten, 'effective' | 'ineffective'> {
    const names = facets.flatMap((facet) => unreadableOf(facet, declared, repository, isFull));
    const those = (isEffective: boolean) =>
        Object.fromEntries(
            names.filter((one) => one.isEffective === isEffective).map(({ name }) => [name, declared[name]]),
        );
    return { effective: those(true), ineffective: those(false) };
}

/** The same of one facet. */
function unreadableOf(facet: Facet, declared: Properties, repository: RepositoryRef, isFull: boolean) {
    const found = readbackOf(facet, declared, repository);
    const names = facet.properties.filter(
        (name) => declared[name] !== undefined && !NEVER_RECORDED.has(name),
    );
    const isUncertain = (name: keyof Properties) =>
        isFull && facet.alwaysRecorded?.includes(name) && declared[name] !== false;
    const lost = names.filter((name) => isUncertain(name) || !sameValue(name, declared[name], found[name]));
    // DELETE finds by the record what stays without the repository; for that the record must say all of it.
    const isWhole = lost.length > 0 && facet.home !== 'repository';
    return (isWhole ? names : lost).map((name) => ({
        name,
        isEffective: hasEffect(facet, name, declared, repository),
    }));
}

/** Whether something else would be desired without this property. */
function hasEffect(facet: Facet, name: string, properties: Properties, repository: RepositoryRef): boolean {
    const { RepositoryName } = properties;
    const without = { ...omit(properties, [name]), RepositoryName };
    return !isDeepStrictEqual(
        desiredState(facet, properties, repository),
        desiredState(facet, without, repository),
    );
}

/** What was recorded of a facet's properties, as far as it still means what AWS holds. */
function stillValid(
    facet: Facet,
    state: unknown,
    record: AsWritten,
    found: PartialProperties,
    repository: RepositoryRef,
): PartialProperties {
    const effective = pick(record.effective, facet);
    const ineffective = pick(record.ineffective, facet);
    const shown = facet.readback(state, repository, effective);
    const named = { ...found, ...shown, RepositoryName: repository.repositoryName };
    const isInSync = (properties: Properties) => inSync(facet, properties, state, named, repository);
    // Alone too: with all of LifecycleRules disabled, what is found is EnableLifecyclePolicy false.
    const alone = { ...omit(found, facet.properties), RepositoryName: repository.repositoryName };
    const holds = [named, alone]
        .map((beside) => ({ ...beside, ...ineffective, ...effective }))
        .some(
            (properties) =>
                isInSync(properties) &&
                // What had an effect when it was written must have one still: LifecyclePolicyText overrules LifecycleRules.
                Object.keys(effective).every((name) => hasEffect(facet, name, properties, repository)),
        );
    if (holds) {
        return { ...ineffective, ...effective };
    }
    return {
        ...shown,
        ...(isInSync({ ...named, ...ineffective }) && ineffective),
        ...listsStillValid(facet, effective, shown, [named, alone], repository),
    };
}

/** Of lists that are not as they were written: their parts that still are, as they were written. */
function listsStillValid(
    facet: Facet,
    effective: PartialProperties,
    found: PartialProperties,
    besides: readonly Properties[],
    repository: RepositoryRef,
): PartialProperties {
    const lists = facet.properties.flatMap((name) => {
        const [written, current]: unknown[] = [effective[name], found[name]];
        return Array.isArray(written) && Array.isArray(current) ? [{ name, written, current }] : [];
    });
    return Object.fromEntries(
        lists.map(({ name, written, current }) => {
            const declaring = (value: unknown) =>
                besides
                    .map((beside) => ({ ...beside, [name]: value }))
                    .find((properties) => hasEffect(facet, name, properties, repository));
            const held = (value: unknown) => desiredState(facet, declaring(value), repository);
            const shown = (value: unknown) =>
                facet.readback(held(value), repository, { ...effective, [name]: value })[name];
            return [name, respelled(written, current, { shown, held }, { isOrdered: isOrdered(name) })];
        }),
    );
}

/** What READ would show of the facet if AWS held just what these properties ask for. */
function readbackOf(facet: Facet, properties: Properties, repository: RepositoryRef): PartialProperties {
    return facet.readback(desiredState(facet, properties, repository), repository);
}

/** Whether AWS holds what these properties ask of the facet. */
function inSync(
    facet: Facet,
    properties: Properties,
    state: unknown,
    found: Properties,
    repository: RepositoryRef,
): boolean {
    if (facet.validate?.(properties, repository).length) {
        return false;
    }
    return (
        facet.isInSync?.(properties, state, repository) ??
        isDeepStrictEqual(readbackOf(facet, properties, repository), readbackOf(facet, found, repository))
    );
}

function pick(properties: PartialProperties, facet: Facet): PartialProperties {
    return Object.fromEntries(
        facet.properties
            .filter((name) => properties[name] !== undefined)
            .map((name) => [name, properties[name]]),
    );
}

function omit(properties: PartialProperties, names: readonly string[]): PartialProperties {
    return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

/** Equal, the order of a list aside where the schema says that it does not matter (insertionOrder). */
function sameValue(name: keyof Properties, a: unknown, b: unknown): boolean {
    const sort = (value: unknown) =>
        Array.isArray(value) && !isOrdered(name) ? value.map((item) => JSON.stringify(item)).sort() : value;
    return isDeepStrictEqual(sort(a), sort(b));
}

function isOrdered(name: keyof Properties): boolean {
    const property: object = schema.properties[name];
    return !('insertionOrder' in property && property.insertionOrder === false);
}

function encode(record: AsWritten): { Key: string; Value: string }[] {
    if (isDeepStrictEqual(record, ABSENT)) {
        return [];
    }
    const text = deflateRawSync(JSON.stringify(record), { level: 9 }).toString('base64url');
    const parts = text.match(new RegExp(`.{1,${LONGEST}}`, 'g')) ?? [];
    return parts.map((Value, index) => ({ Key: `${AS_WRITTEN}${index + 1}`, Value }));
}

/** Anybody may write into these tags, so what is not a whole record of this version counts as absent. */
function decode(tags: Tags): AsWritten {
    const parts: string[] = [];
    for (let part = tags[`${AS_WRITTEN}1`]; part; part = tags[`${AS_WRITTEN}${parts.length + 1}`]) {
        parts.push(part);
    }
    try {
        const bytes = Buffer.from(parts.join(''), 'base64url');
        const record: unknown = JSON.parse(inflateRawSync(bytes, { maxOutputLength: LARGEST }).toString());
        return isAsWritten(record) ? record : ABSENT;
    } catch {
        return ABSENT;
    }
}

function isAsWritten(record: unknown): record is AsWritten {
    if (!isRecord(record) || record['version'] !== VERSION) {
        return false;
    }
    const { effective, ineffective, stackTags, managed = [] } = record;
    if (!isRecord(effective) || !isRecord(ineffective)) {
        return false;
    }
    const properties = { ...effective, ...ineffective };
    return (
        isTextList(stackTags) &&
        isTextList(managed) &&
        Object.keys(properties).every((name) => !NEVER_RECORDED.has(name)) &&
        // What the door would refuse was never recorded.
        obstacleIn(properties) === undefined &&
        violations({ ...properties, RepositoryName: 'any' }).length === 0
    );
}

function isTextList(value: unknown): boolean {
    return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
