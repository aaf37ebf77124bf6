import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { HOMES, type Home } from './home';
import { renderData, renderFacet } from './render';

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

function pieceName(text: string): string {
    if (!/^[a-z]+(-[a-z]+)*$/.test(text)) {
        throw new InvalidArgumentError('wanted small letters, such as pull-time-update.');
    }
    return text;
}

new Command('npm run new-facet --')
    .description(
        'Writes the files of a facet, which compile. What is missing in them fails tests that say so.\nCONTRIBUTING.md tells what comes next.',
    )
    .argument('<name>', 'the new file in src/facets, such as pull-time-update', pieceName)
    .addOption(new Option('--home <home>', 'where AWS keeps the state').choices(HOMES).default('repository'))
    .showHelpAfterError('(--help tells what there is)')
    .action((name: string, flags: { readonly home: Home }) => {
        try {
            newFacet(name, flags.home);
        } catch (error) {
            console.error(error instanceof Error ? error.message : error);
            process.exitCode = 1;
        }
    })
    .parse();
