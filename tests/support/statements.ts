/** A statement as it was put: ECR writes a list of one as a text, and an account's ID as its root's ARN. */
export function asPut({ Principal, Action, ...rest }: Readonly<Record<string, unknown>>): object {
    const isByKind = typeof Principal === 'object' && Principal !== null;
    return {
        ...rest,
        Action: list(Action),
        Principal: isByKind
            ? Object.fromEntries(Object.entries(Principal).map(([kind, names]) => [kind, list(names)]))
            : Principal,
    };
}

function list(value: unknown): string[] {
    return [value].flat().map((text) => String(text).replace(/^arn:aws:iam::(\d{12}):root$/, '$1'));
}
