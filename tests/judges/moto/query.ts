/** The members of an input as a form of AWS Query: lists as member.1, maps as entry.1.key and entry.1.value. */
export function form(input: Readonly<Record<string, unknown>>, prefix = ''): [string, string][] {
    return Object.entries(input).flatMap(([name, value]): [string, string][] => {
        if (Array.isArray(value)) {
            const items = value.map((item, index) => [`member.${index + 1}`, item]);
            return form(Object.fromEntries(items), `${prefix}${name}.`);
        }
        if (typeof value === 'object' && value !== null) {
            return form({ ...value }, `${prefix}${name}.`);
        }
        return [[prefix + name, String(value)]];
    });
}

/** XML of AWS Query as JSON would have it: members as lists, entries as maps, all values texts, what is empty a list. */
export function parsed(xml: string): unknown {
    const children = [...xml.matchAll(/<(\w+)[^>]*?(?:\/>|>(.*?)<\/\1>)/gs)];
    if (children.length === 0) {
        return xml === '' ? [] : xml.trim();
    }
    const members = children.map(([, name = '', content = '']) => [name, parsed(content)] as const);
    const [first] = members;
    if (first?.[0] === 'member') {
        return members.map(([, value]) => value);
    }
    if (first?.[0] === 'entry') {
        const entries: readonly { key?: unknown; value?: unknown }[] = members.map(([, entry]) =>
            Object(entry),
        );
        return Object.fromEntries(entries.map(({ key, value }) => [String(key), value]));
    }
    return Object.fromEntries(members);
}
