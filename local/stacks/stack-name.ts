import path from 'node:path';

/** What is wrong with a stack's name; undefined when it is well (API Reference, CreateStack: StackName). */
export function stackNameProblem(name: string): string | undefined {
    return /^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)
        ? undefined
        : `${name} cannot be the name of a stack: wanted a letter and then letters, digits and hyphens, 128 at most.`;
}

/**
 * The name of a stack that is given none: that of its template's file without the extension, which is `.template.json`
 * for the CDK.
 */
export function defaultStackName(file: string): string {
    const name = path.parse(file).name.replace(/\.template$/, '');
    const problem = stackNameProblem(name);
    if (problem) {
        throw new Error(`${problem} Give one with --stack-name.`);
    }
    return name;
}
