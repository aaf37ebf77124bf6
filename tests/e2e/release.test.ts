import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { version } from '../../package.json';
import { Checkout } from '../support/checkout';

/* A release from a clone of the project; the tests that it runs are these, so they are left out. */
const ROOT = path.join(__dirname, '..', '..');

const CHANGELOG = `# Changelog\n\n## [${version}] - 2026-01-31\n\n### Added\n\n- A thing.\n`;

const ENVIRONMENT = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
    HOME: process.env['HOME'],
};

const checkouts: Checkout[] = [];

afterEach(() => {
    for (const checkout of checkouts.splice(0)) {
        checkout.remove();
    }
});

function git(checkout: Checkout, ...args: string[]): string {
    return execFileSync('git', args, {
        cwd: checkout.folder,
        encoding: 'utf8',
        env: { ...process.env, ...ENVIRONMENT, GIT_COMMITTER_DATE: '2026-01-31T12:00:00Z' },
    });
}

function commit(checkout: Checkout): void {
    git(checkout, 'add', '--all');
    git(checkout, 'commit', '--quiet', '--message', 'chore: prepare the release');
}

/** A repository with everything committed. */
function prepared(): Checkout {
    const checkout = new Checkout();
    checkouts.push(checkout);
    for (const name of ['package-lock.json', 'release']) {
        cpSync(path.join(ROOT, name), checkout.path(name), { recursive: true });
    }
    writeFileSync(checkout.path('CHANGELOG.md'), CHANGELOG);
    writeFileSync(checkout.path('.gitignore'), 'node_modules\ndist\nbuild\n*.zip\n');
    git(checkout, 'init', '--quiet');
    commit(checkout);
    return checkout;
}

const release = (checkout: Checkout, ...args: string[]) =>
    checkout.run('release', ['--tested', ...args], ENVIRONMENT);

function files(checkout: Checkout): Record<string, string> {
    const folder = checkout.path('dist/release');
    return Object.fromEntries(
        readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name)).toString('base64')]),
    );
}

test('makes the same files from the same commit, tags it and keeps its schema', async () => {
    const [one, other] = [prepared(), prepared()];
    expect(await release(one)).toMatchObject({ code: 0, err: '' });
    expect(await release(other, '--no-tag')).toMatchObject({ code: 0, err: '' });
    expect(files(one)).toEqual(files(other));

    const beginning = `org-containers-ecrrepository-${version}`;
    expect(Object.keys(files(one)).toSorted()).toEqual(
        ['cdx.json', 'md', 'sha256', 'zip'].map((ending) => `${beginning}.${ending}`),
    );
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', `${beginning}.sha256`], {
        cwd: one.path('dist/release'),
    });
    const notes = readFileSync(one.path(`dist/release/${beginning}.md`), 'utf8');
    expect(notes).toBe('### Added\n\n- A thing.\n');
    const { metadata, components } = JSON.parse(
        readFileSync(one.path(`dist/release/${beginning}.cdx.json`), 'utf8'),
    );
    expect(metadata.component).toMatchObject({ name: 'org-containers-ecrrepository', version });
    expect(components.map(({ name }: { name: string }) => name)).toContain('@aws-sdk/client-ecr');

    expect(git(one, 'tag', '--list')).toBe(`v${version}\n`);
    expect(git(other, 'tag', '--list')).toBe('');
    const last = JSON.parse(readFileSync(one.path('release/last.json'), 'utf8'));
    expect(last).toEqual({ version, schema: JSON.parse(readFileSync(one.path('schema.json'), 'utf8')) });
});

test.each([
    ['true', 0],
    ['false', 1],
])('when the tests end with %s, the release ends with %d', async (command, expected) => {
    const checkout = prepared();
    checkout.edit<{ scripts: Record<string, string> }>('package.json', ({ scripts }) => {
        scripts['test:all'] = command;
    });
    commit(checkout);
    const { code, err } = await checkout.run('release', [], ENVIRONMENT);
    expect({ code, isTagged: git(checkout, 'tag', '--list') !== '' }).toEqual({
        code: expected,
        isTagged: expected === 0,
    });
    expect(err.includes('is not released: npm run test:all failed')).toBe(expected === 1);
    expect(existsSync(checkout.path('dist/release'))).toBe(expected === 0);
});

test('refuses all that is wrong at once, and makes nothing', async () => {
    const checkout = prepared();
    writeFileSync(checkout.path('CHANGELOG.md'), '# Changelog\n\n## [Unreleased]\n');
    const schema = JSON.parse(readFileSync(checkout.path('schema.json'), 'utf8'));
    const properties = { ...schema.properties, Colour: { type: 'string' } };
    const last = { version, schema: { ...schema, properties } };
    writeFileSync(checkout.path('release/last.json'), JSON.stringify(last));
    git(checkout, 'tag', `v${version}`);
    const { code, err } = await release(checkout);
    expect(code).toBe(1);
    expect(err.split('\n')).toEqual([
        `Version ${version} is not released:`,
        expect.stringContaining('not committed'),
        expect.stringContaining(`v${version} is released already`),
        expect.stringContaining(`CHANGELOG.md has no section "## [${version}]`),
        expect.stringContaining('Colour is removed. Raise the major version.'),
        '',
    ]);
    expect(() => files(checkout)).toThrow('ENOENT');
});

test('refuses a changelog that is dated on another day than the commit', async () => {
    const checkout = prepared();
    writeFileSync(checkout.path('CHANGELOG.md'), CHANGELOG.replace('01-31', '01-30'));
    commit(checkout);
    const { code, err } = await release(checkout);
    expect({ code, err }).toEqual({
        code: 1,
        err: expect.stringContaining(
            `CHANGELOG.md dates ${version} on 2026-01-30, and the newest commit is of 2026-01-31.`,
        ),
    });
});
