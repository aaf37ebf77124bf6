import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type { Handlers, TypeTests, TypeVersion } from './state';

/**
 * What TestType finds here without running a contract test: that the tests have a role to call AWS with, inputs of the
 * type's own properties, and handlers that Lambda can load.
 */
export function verdictOn({ executionRole, inputs, handlers, schema }: TypeVersion): TypeTests {
    const violation =
        (executionRole === undefined && 'The type was registered without an execution role.') ||
        violationOfInputs(inputs, Object.keys(JSON.parse(schema).properties)) ||
        violationOfHandlers(handlers);
    if (violation) {
        return { status: 'FAILED', description: violation };
    }
    return {
        status: 'PASSED',
        description:
            'The handlers load, and the input files name properties of the schema. The AWS stand-in runs no contract tests; AWS does.',
    };
}

function violationOfInputs(
    inputs: ReadonlyMap<string, string>,
    properties: readonly string[],
): string | undefined {
    if (!inputs.has('inputs/inputs_1_create.json')) {
        return 'The package has no inputs/inputs_1_create.json.';
    }
    for (const [file, text] of inputs) {
        const names = namesIn(text);
        if (!names) {
            return `${file} is not a JSON object.`;
        }
        const unknown = names.filter((name) => !properties.includes(name));
        if (unknown.length > 0) {
            return `${file} names what is no property in the schema: ${unknown.join(', ')}.`;
        }
    }
    return undefined;
}

/** Names of properties; undefined where the text is not of a JSON object. */
function namesIn(text: string): string[] | undefined {
    try {
        const input: unknown = JSON.parse(text);
        return typeof input === 'object' && input !== null ? Object.keys(input) : undefined;
    } catch {
        return undefined;
    }
}

/** Loads the module as Lambda's Node.js runtime does: nothing but Node.js's own modules is beside it. */
function violationOfHandlers({ file, source, exported }: Handlers): string | undefined {
    const module: { exports: object } = { exports: {} };
    try {
        const load = compileFunction(source, ['exports', 'require', 'module'], { filename: file });
        load(module.exports, createRequire('/var/task/'), module);
    } catch (error) {
        return `${file} cannot be loaded: ${String(error).split('\n')[0]}`;
    }
    return typeof Reflect.get(module.exports, exported) === 'function'
        ? undefined
        : `${file} exports no function ${exported}.`;
}
