import Ajv, { type ValidateFunction } from 'ajv';
import { strFromU8, type Unzipped, unzipSync } from 'fflate';
import { z } from 'zod';
import { bucketsOf } from '../s3/state';
import type { Call } from '../service';
import baseSchema from './meta-schema/base.definition.schema.v1.json';
import configurationSchema from './meta-schema/provider.configuration.definition.schema.v1.json';
import metaSchema from './meta-schema/provider.definition.schema.v1.json';
import { type Handlers, registryError } from './state';

/** What RegisterType takes: the layout of `cfn submit --dry-run` (CloudFormation CLI user guide, "submit"). */
export interface SchemaHandlerPackage {
    readonly schema: string;
    /** Names and contents of the files in inputs/. */
    readonly inputs: ReadonlyMap<string, string>;
    /** The handlers, or why they cannot be deployed. */
    readonly handlers: Handlers | { readonly refusal: string };
}

/** Runtimes for Node.js that functions can be created with (Lambda developer guide, "Lambda runtimes"). */
const RUNTIMES = ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'];

const settingsFile = z.looseObject({ typeName: z.string(), runtime: z.string(), entrypoint: z.string() });

/** Reads the package of a type from the caller's bucket, in whatever Region it is. Refuses a schema that is none. */
export function readPackage(url: string, typeName: string, call: Call): SchemaHandlerPackage {
    const entries = unzipped(contentOf(url, call));
    const schema = textOf(entries, 'schema.json');
    refuseSchema(schema, typeName);
    const inputs = Object.keys(entries).filter((name) => /^inputs\/.+\.json$/.test(name));
    return {
        schema,
        inputs: new Map(inputs.map((name) => [name, textOf(entries, name)])),
        handlers: handlersIn(entries, typeName),
    };
}

function contentOf(url: string, call: Call): Uint8Array {
    const [, name = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
    const bucket = bucketsOf(call).get(name);
    const content = bucket?.account === call.account ? bucket.objects.get(key)?.content : undefined;
    if (!content) {
        throw registryError(
            'Error validating schemaHandlerPackage. Check the permissions on the bucket and object in your account and try again.',
        );
    }
    return content;
}

function unzipped(content: Uint8Array): Unzipped {
    try {
        return unzipSync(content);
    } catch {
        throw registryError('Error validating schemaHandlerPackage. It is no zip file.');
    }
}

function textOf(entries: Unzipped, name: string): string {
    const content = entries[name];
    if (!content) {
        throw registryError(`Error validating schemaHandlerPackage. It has no ${name}.`);
    }
    return strFromU8(content);
}

/** Compiled when it is needed first: the stand-in starts fast. */
let validate: ValidateFunction | undefined;

function compiled(): ValidateFunction {
    const schemas = [baseSchema, configurationSchema];
    return new Ajv({ strict: false, validateFormats: false, schemas }).compile(metaSchema);
}

/** By the registry's own definition schema, and by the name that the request gives. */
function refuseSchema(text: string, typeName: string): void {
    const schema = parsed(text);
    validate ??= compiled();
    if (!validate(schema)) {
        const { instancePath = '', keyword, params = {}, message } = validate.errors?.[0] ?? {};
        const reason =
            keyword === 'required' ? `required key [${params['missingProperty']}] not found` : message;
        throw registryError(`Schema failed validation: #${instancePath}: ${reason}`);
    }
    const { typeName: own } = z.looseObject({ typeName: z.string() }).parse(schema);
    if (own !== typeName) {
        throw registryError(`The schema's typeName is ${own}, and the request's ${typeName}.`);
    }
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function handlersIn(entries: Unzipped, typeName: string): SchemaHandlerPackage['handlers'] {
    const settings = settingsFile.safeParse(parsed(textOf(entries, '.rpdk-config'))).data;
    if (settings?.typeName !== typeName) {
        return { refusal: `.rpdk-config must name the type ${typeName}, its runtime and its entrypoint.` };
    }
    const { runtime, entrypoint } = settings;
    if (!RUNTIMES.includes(runtime)) {
        return {
            refusal: `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions.`,
        };
    }
    const [module = '', exported = ''] = entrypoint.split('.');
    const file = `${module}.js`;
    const code = entries['ResourceProvider.zip'];
    const source = code && unzipped(code)[file];
    return source
        ? { file, source: strFromU8(source), exported }
        : { refusal: `ResourceProvider.zip has no ${file}.` };
}
