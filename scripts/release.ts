import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { name, version } from '../package.json';
import { packType } from './package';
import { type Release, sectionOf, tagOf, violations } from './release/checks';
import { sbomOf } from './release/sbom';

const FOLDER = path.join('dist', 'release');

const LAST = path.join('release', 'last.json');

interface Flags {
    readonly tested?: boolean;
    readonly tag: boolean;
}

new Command('npm run release --')
    .description(
        'Checks, packs and tags the version that package.json names. It pushes and publishes nothing.',
    )
    .option('--tested', 'the tests have passed on this commit already, as in a workflow')
    .option('--no-tag', 'make the files alone')
    .showHelpAfterError('(--help tells what there is)')
    .action(({ tested = false, tag }: Flags) => {
        try {
            release(tested, tag);
        } catch (error) {
            console.error(error instanceof Error ? error.message : String(error));
            process.exitCode = 1;
        }
    })
    .parse();

function release(isTested: boolean, isTagged: boolean): void {
    const last: Release = JSON.parse(readFileSync(LAST, 'utf8'));
    const schema: Release['schema'] = JSON.parse(readFileSync('schema.json', 'utf8'));
    const changelog = readFileSync('CHANGELOG.md', 'utf8');
    const day = git('log', '-1', '--format=%cs');
    const candidate = { version, schema, last, changelog, day, status: git('status', '--porcelain') };
    // Files alone may be made again from a version that is tagged.
    const tags = isTagged ? git('tag', '--list').split('\n') : [];
    const found = violations({ ...candidate, tags });
    if (found.length > 0) {
        throw new Error(
            `Version ${version} is not released:\n${found.map((one) => `    ${one}`).join('\n')}`,
        );
    }
    if (!isTested && spawnSync('npm', ['run', 'test:all'], { stdio: 'inherit' }).status !== 0) {
        throw new Error(`Version ${version} is not released: npm run test:all failed, as it says above.`);
    }
    for (const file of makeFiles(sectionOf(changelog, version)?.text ?? '')) {
        console.log(file);
    }
    if (isTagged) {
        git('tag', '--annotate', tagOf(version), '--message', `Version ${version}`);
        writeFileSync(LAST, `${JSON.stringify({ version, schema }, null, 4)}\n`);
        console.log(`Tagged ${tagOf(version)}. Next: git push origin ${tagOf(version)}, and commit ${LAST}.`);
    }
}

/** The package, its bill of materials, what changed, and the checksums of all of them. */
function makeFiles(notes: string): string[] {
    const { file, content } = packType();
    mkdirSync(FOLDER, { recursive: true });
    const beginning = `${path.parse(file).name}-${version}`;
    renameSync(file, path.join(FOLDER, `${beginning}.zip`));
    const texts = { [`${beginning}.cdx.json`]: sbomOf(name), [`${beginning}.md`]: `${notes}\n` };
    for (const [text, written] of Object.entries(texts)) {
        writeFileSync(path.join(FOLDER, text), written);
    }
    const all = { [`${beginning}.zip`]: content, ...texts };
    const sums = Object.entries(all).map(([one, bytes]) => `${sha256(bytes)}  ${one}\n`);
    const checksums = `${beginning}.sha256`;
    writeFileSync(path.join(FOLDER, checksums), sums.join(''));
    return [...Object.keys(all), checksums].map((one) => path.join(FOLDER, one));
}

function sha256(content: Uint8Array | string): string {
    return createHash('sha256').update(content).digest('hex');
}

function git(...args: string[]): string {
    return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
