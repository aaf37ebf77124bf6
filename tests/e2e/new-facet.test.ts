import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const NEEDED = [
    'jest.config.cjs',
    'local',
    'package.json',
    'schema.json',
    'scripts',
    'src',
    'tests',
    'tsconfig.json',
];

const folder = mkdtempSync(join(tmpdir(), 'new-facet-'));

beforeAll(() => {
    for (const name of NEEDED) {
        cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A tool of the project, in the copy of it. */
function run(tool: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(join(folder, 'node_modules/.bin', tool), args, {
        cwd: folder,
        encoding: 'utf8',
        // Where CI is set, Jest colours what it shows of the code.
        env: { ...process.env, NO_COLOR: '1' },
    });
    return { status, out: stdout, err: stderr };
}

const newFacet = (...args: string[]) => run('tsx', 'scripts/new-facet/index.ts', ...args);

test.each([
    ['no name', [], /missing required argument 'name'/],
    ['two names', ['a', 'b'], /too many arguments/],
    ['another spelling', ['PullTime'], /'PullTime' is invalid for argument 'name'. wanted small letters/],
    [
        'another home',
        ['pull-time', '--home', 'attic'],
        /'attic' is invalid. Allowed choices are repository, region/,
    ],
    ['one that exists', ['dashboard'], /^src\/facets\/dashboard\.ts exists/],
])('refuses %s', (_what, args, message) => {
    expect(newFacet(...args)).toEqual({ status: 1, out: '', err: expect.stringMatching(message) });
});

test('a new facet compiles, and the laws name what it lacks', () => {
    expect(newFacet('pull-time', '--home', 'registry')).toMatchObject({ status: 0, err: '' });
    expect(readFileSync(join(folder, 'src/facets/index.ts'), 'utf8')).toContain(
        '    tags,\n    pullTime,\n];',
    );

    const config = {
        extends: './tsconfig.json',
        include: ['src/facets', 'tests/support/facets'],
        references: [],
    };
    writeFileSync(join(folder, 'tsconfig.new.json'), JSON.stringify(config));
    expect(run('tsc', '--project', 'tsconfig.new.json')).toEqual({ status: 0, out: '', err: '' });

    const { status, err } = run(
        'jest',
        'tests/laws/facets',
        '--testNamePattern',
        'pull time: some properties',
    );
    expect(status).toBe(1);
    expect(err).toMatch(/✕ pull time: some properties make something, which READ shows/);
    expect(err).toMatch(/expect\(facet\.properties\)\.not\.toEqual/);
}, 120_000);
