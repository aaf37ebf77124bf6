import type { ResourceSchema } from './schema';

const BANNER = '// Generated from schema.json by npm run generate. Modifications will be overwritten.';

/** The types of a schema, the root's under the name given, after the imports that they need. */
export async function renderTypes(schema: ResourceSchema, name: string, imports = ''): Promise<string> {
    // Loaded only here: it brings an ES module that Jest cannot load, and the models need none of it.
    const { compile } = await import('json-schema-to-typescript');
    return compile(schema, name, {
        bannerComment: `${BANNER}${imports}`,
        ignoreMinAndMaxItems: true,
        style: { singleQuote: true, tabWidth: 4, printWidth: 110, bracketSpacing: true },
    });
}

/** properties.ts: the resource's properties under the names that templates use. */
export async function renderProperties(schema: ResourceSchema): Promise<string> {
    const types = await renderTypes(schema, 'Properties');
    return `${types}\n/** Some of the properties. */\nexport type PartialProperties = Partial<Properties>;\n`;
}
