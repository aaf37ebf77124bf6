import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { parseJson } from '../../local/files';
import { renderConstruct } from './construct';
import { type Permissions, renderExecutionRole } from './execution-role';
import { renderModels } from './models';
import { renderPropertiesPage } from './properties-page';
import type { ResourceSchema } from './schema';
import { renderProperties } from './types';

/** Each generated file, and how its text follows from the schema and, in part, from what the file holds already. */
const FILES: Readonly<
    Record<string, (schema: ResourceSchema & Permissions, text: string) => string | Promise<string>>
> = {
    'src/models.ts': renderModels,
    'src/properties.ts': renderProperties,
    'docs/properties.md': renderPropertiesPage,
    'resource-role.yaml': renderExecutionRole,
    'resource-role-prod.yaml': renderExecutionRole,
    'deploy/register.yml': renderExecutionRole,
    'examples/cdk/ecr-repository.ts': renderConstruct,
};

/** Brings the files of the current folder up to date, or only says which are not. */
async function generate(check: boolean): Promise<void> {
    const schema: ResourceSchema & Permissions = parseJson('schema.json');
    for (const [file, render] of Object.entries(FILES)) {
        const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
        const text = await render(schema, before);
        if (before === text) continue;
        if (check) {
            console.error(`${file} is stale: run npm run generate`);
            process.exitCode = 1;
        } else {
            // `cfn generate` takes docs/ away.
            mkdirSync(dirname(file), { recursive: true });
            writeFileSync(file, text);
        }
    }
}

if (require.main === module) {
    new Command('npm run generate --')
        .description(`Writes what follows from schema.json: ${Object.keys(FILES).join(', ')}.`)
        .option('--check', 'write nothing, and end with 1 when a file is stale', false)
        .showHelpAfterError('(--help tells what there is)')
        .action(({ check }: { readonly check: boolean }) =>
            generate(check).catch((error: Error) => {
                console.error(error.message);
                process.exitCode = 1;
            }),
        )
        .parse();
}
