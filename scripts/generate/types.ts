import type { ResourceSchema, Schema } from './schema';

const BANNER = '// Generated from schema.json by npm run generate. Modifications will be overwritten.';

/** The types of a schema, the root's under the name given, after the imports that they need. */
export function renderTypes(schema: ResourceSchema, name: string, imports = ''): Promise<string> {
    return types(schema, name, `${BANNER}${imports}`);
}

async function types(schema: Schema, name: string, bannerComment: string): Promise<string> {
    // Loaded only here: it brings an ES module that Jest cannot load, and the models need none of it.
    const { compile } = await import('json-schema-to-typescript');
    return compile(schema, name, {
        bannerComment,
        ignoreMinAndMaxItems: true,
        style: { singleQuote: true, tabWidth: 4, printWidth: 110, bracketSpacing: true },
    });
}

/** properties.ts: the resource's properties under the names that templates use. */
export async function renderProperties(schema: ResourceSchema): Promise<string> {
    const properties = await renderTypes(schema, 'Properties');
    const { typeConfiguration } = schema;
    const configuration = typeConfiguration ? await types(typeConfiguration, 'TypeConfiguration', '') : '';
    return `${properties}\n/** Some of the properties. */\nexport type PartialProperties = Partial<Properties>;\n${configuration}`;
}
