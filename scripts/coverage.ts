import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mergeProcessCovs, type ScriptCov } from '@bcoe/v8-coverage';
import { Command } from 'commander';
import { transformSync } from 'esbuild';
import { type CoverageMap, createCoverageMap, createCoverageSummary } from 'istanbul-lib-coverage';
import v8ToIstanbul from 'v8-to-istanbul';

/*
 * Jest measures what tests import; Node measures the threads in which the bundle runs, whose source map leads to src/.
 */
const ROOT = path.join(__dirname, '..');
const BUNDLE = path.join(ROOT, 'dist/handlers.js');
const FOLDER = path.join(ROOT, 'coverage');
const RAW = path.join(FOLDER, 'raw');

/** Percent, a little below what is measured: raise them when more is covered. */
const FLOOR = {
    src: { lines: 98.5, branches: 95 },
    local: { lines: 84, branches: 88 },
} as const;

async function measure(): Promise<CoverageMap> {
    const map = createCoverageMap(JSON.parse(readFileSync(path.join(FOLDER, 'coverage-final.json'), 'utf8')));
    const script = v8ToIstanbul(BUNDLE);
    await script.load();
    script.applyCoverage(functionsOfBundle());
    map.merge(script.toIstanbul());
    return map;
}

/** Of all threads that ran the bundle. */
function functionsOfBundle(): ScriptCov['functions'] {
    const threads = readdirSync(RAW).map((file) => {
        const { result }: { result: ScriptCov[] } = JSON.parse(readFileSync(path.join(RAW, file), 'utf8'));
        return {
            result: result.filter(({ url }) => url.startsWith('file:') && fileURLToPath(url) === BUNDLE),
        };
    });
    const [bundle] = mergeProcessCovs(threads).result;
    if (!bundle) {
        throw new Error(`No thread ran ${BUNDLE}.`);
    }
    return bundle.functions;
}

/** A file of types alone is in no program. */
function hasCode(file: string): boolean {
    return transformSync(readFileSync(file, 'utf8'), { loader: 'ts' }).code !== '';
}

/** One line for each figure; false if one is below the floor. */
function isCovered(map: CoverageMap): boolean {
    const figures = Object.entries(FLOOR).flatMap(([folder, floor]) => {
        const total = createCoverageSummary();
        for (const file of map
            .files()
            .filter((one) => one.startsWith(path.join(ROOT, folder) + path.sep) && hasCode(one))) {
            total.merge(map.fileCoverageFor(file).toSummary());
        }
        return (['lines', 'branches'] as const).map((kind) => ({
            folder,
            kind,
            is: total[kind].pct,
            floor: floor[kind],
        }));
    });
    for (const { folder, kind, is, floor } of figures) {
        console.log(
            `${folder}/: ${is} % of ${kind}${is < floor ? `, wanted at least ${floor} %. Test what is new, or what lost its test.` : ''}`,
        );
    }
    return figures.every(({ is, floor }) => is >= floor);
}

async function cover(): Promise<void> {
    rmSync(FOLDER, { recursive: true, force: true });
    const { status } = spawnSync('npm', ['test', '--', '--coverage'], {
        cwd: ROOT,
        stdio: 'inherit',
        env: { ...process.env, NODE_V8_COVERAGE: RAW },
    });
    process.exitCode = isCovered(await measure()) ? (status ?? 1) : 1;
}

void new Command('npm run coverage')
    .description('Runs npm test, and fails when it reaches less of src/ and local/ than before.')
    .showHelpAfterError('(--help tells what there is)')
    .action(cover)
    .parseAsync();
