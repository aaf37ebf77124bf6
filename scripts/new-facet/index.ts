import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { HOMES, type Home } from './home';
import { renderData, renderFacet } from './render';

/*
 * npm run new-facet NAME [-- --home registry]: files of a facet that compile, and whose missing parts fail tests that
 * say what is missing. CONTRIBUTING.md tells what comes next.
 */

const TABLE = 'src/facets/index.ts';

function newFacet(piece: string, home: Home): void {
    const words = piece.replaceAll('-', ' ');
    const name = piece.replace(/-(.)/g, (_match, letter: string) => letter.toUpperCase());
    write(`src/facets/${piece}.ts`, renderFacet(name, words, home));
    write(`tests/support/facets/${piece}.ts`, renderData(name, piece));
    const table = readFileSync(TABLE, 'utf8');
    writeFileSync(TABLE, `import { ${name} } from './${piece}';\n${table.replace('];', `    ${name},\n];`)}`);
    console.log(`Wrote src/facets/${piece}.ts and tests/support/facets/${piece}.ts, and listed the facet.
Next: add its properties to schema.json and run npm run generate; then npm run format and
npx jest tests/laws tests/integration/drift.test.ts, which say what is missing.`);
}

function write(file: string, text: string): void {
    if (existsSync(file)) {
        throw new Error(`${file} exists. Give the new facet another name.`);
    }
    writeFileSync(file, text);
}

const { values, positionals } = parseArgs({
    options: { home: { type: 'string', default: 'repository' } },
    allowPositionals: true,
});
const [piece, ...more] = positionals;
const home = HOMES.find((one) => one === values.home);
try {
    if (!piece || more.length > 0 || !/^[a-z]+(-[a-z]+)*$/.test(piece)) {
        throw new Error(
            `Given ${positionals.join(' ') || 'no name'}, wanted one name in small letters, such as pull-time-update.`,
        );
    }
    if (!home) {
        throw new Error(`--home: given ${values.home}, wanted one of ${HOMES.join(', ')}.`);
    }
    newFacet(piece, home);
} catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
}
