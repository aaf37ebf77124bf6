import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { EXPORTS } from '../../scripts/contract-inputs';
import { Checkout } from '../support/checkout';

const ROOT = path.join(__dirname, '..', '..');
const ZIP = 'org-containers-ecrrepository.zip';

let checkout: Checkout;

beforeEach(() => {
    checkout = new Checkout();
});

afterEach(() => checkout.remove());

const content = () => readFileSync(checkout.path(ZIP));

function filesOf(folder: string): readonly string[] {
    return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}

test('holds what cfn submit sends', async () => {
    const { code, out } = await checkout.run('package', []);
    expect(code).toBe(0);

    const zip = content();
    const entries = unzipSync(zip);
    expect(Object.keys(entries)).toEqual(
        [
            '.cfn_metadata.json',
            '.rpdk-config',
            'ResourceProvider.zip',
            'schema.json',
            ...filesOf('inputs'),
            ...filesOf('src'),
        ].toSorted(),
    );
    for (const name of ['.rpdk-config', ...filesOf('src')]) {
        expect(Buffer.from(entries[name] ?? []).equals(readFileSync(path.join(ROOT, name)))).toBe(true);
    }

    const handlers = unzipSync(entries['ResourceProvider.zip'] ?? Buffer.of());
    expect(Object.keys(handlers)).toEqual(['dist/handlers.js']);
    const bundle = Buffer.from(handlers['dist/handlers.js'] ?? []);
    expect(bundle.equals(readFileSync(checkout.path('dist/handlers.js')))).toBe(true);
    // A cold start reads all of it.
    expect(deflateRawSync(bundle, { level: 9 }).length).toBeLessThan(150_000);

    const [, build] = /^build {2}([0-9a-f]{12})$/m.exec(out) ?? [];
    const schema = JSON.parse(readFileSync(path.join(ROOT, 'schema.json'), 'utf8'));
    expect(JSON.parse(Buffer.from(entries['schema.json'] ?? []).toString())).toEqual({
        ...schema,
        description: `${schema.description} (build ${build})`,
    });
    expect(out).toContain(`${ZIP}  ${zip.length} bytes, ${entries['ResourceProvider.zip']?.length} of them`);
    expect(out).toContain(`sha256 ${createHash('sha256').update(zip).digest('hex')}`);
});

test('its inputs name nothing that only the account of these tests has', async () => {
    await checkout.run('package', []);
    const template = readFileSync(path.join(ROOT, 'deploy', 'contract-tests.yml'), 'utf8');
    const exports = [...template.matchAll(/Export: \{ Name: (\w+) \}/g)].map(([, name]) => name);
    const entries = unzipSync(content());
    const used = new Set<string | undefined>();
    for (const name of filesOf('inputs')) {
        const packed = Buffer.from(entries[name] ?? []).toString();
        expect(packed).not.toMatch(/arn:aws|\d{12}/);
        const values = new Map([...EXPORTS].map(([value, key]) => [key, value]));
        const filled = packed.replaceAll(/\{\{(\w+)\}\}/g, (_, key) => {
            used.add(key);
            return values.get(key) ?? '';
        });
        const original = readFileSync(path.join(ROOT, name), 'utf8');
        // Two accounts of these tests are one there.
        expect(JSON.parse(filled)).toEqual(JSON.parse(original.replaceAll('111111111111', '210987654321')));
    }
    expect([...used].sort()).toEqual(exports.sort());
});

test('is the same from the same sources, wherever and whenever it is made', async () => {
    await checkout.run('package', [], { TZ: 'America/New_York' });
    const first = content();
    for (const name of filesOf('src')) {
        utimesSync(checkout.path(name), 1, 1);
    }
    await checkout.run('package', []);
    expect(content().equals(first)).toBe(true);

    const elsewhere = new Checkout();
    try {
        await elsewhere.run('package', [], { TZ: 'Asia/Tokyo' });
        expect(readFileSync(elsewhere.path(ZIP)).equals(first)).toBe(true);
    } finally {
        elsewhere.remove();
    }
});

test('has another build when anything in it is another', async () => {
    const build = async () => (await checkout.run('package', [])).out.match(/^build.*$/m)?.[0];
    const first = await build();
    appendFileSync(checkout.path('inputs/inputs_1_create.json'), '\n');
    const second = await build();
    expect(second).not.toBe(first);
    appendFileSync(checkout.path('src/handlers.ts'), '// Longer.\n');
    expect(await build()).not.toBe(second);
});

test('refuses a bundle that would start slowly', async () => {
    const ballast = Array.from({ length: 60_000 }, (_, n) =>
        createHash('sha256').update(String(n)).digest('hex'),
    );
    appendFileSync(
        checkout.path('src/handlers.ts'),
        `\nObject.assign(globalThis, { ballast: '${ballast.join('')}' });\n`,
    );
    const { code, err } = await checkout.run('package', []);
    expect(code).toBe(1);
    expect(err).toMatch(/ResourceProvider\.zip has \d{7} bytes, more than 1000000/);
    expect(existsSync(checkout.path(ZIP))).toBe(false);
});

test('makes nothing of sources that do not build', async () => {
    writeFileSync(checkout.path('src/handlers.ts'), 'export const entrypoint = ;');
    const { code, err } = await checkout.run('package', []);
    expect(code).toBe(1);
    expect(err).toContain('src/handlers.ts:1:26');
    expect(existsSync(checkout.path(ZIP))).toBe(false);
});

test('a build that cannot write says so, without a stack of calls', async () => {
    writeFileSync(checkout.path('dist'), '');
    const { code, err } = await checkout.run('build', []);
    expect(code).toBe(1);
    expect(err).toMatch(/Failed to create output directory/);
    expect(err).not.toMatch(/^ +at /m);
});
