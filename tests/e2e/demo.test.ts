import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Ending, ending, startCommand } from '../support/command-line';

let ended: Ending;

beforeAll(async () => {
    ended = await ending(startCommand({}, ['demo']));
}, 60_000);

test('the demo does what it tells, and ends well', () => {
    expect(ended.err).toBe('');
    expect(ended.code).toBe(0);
});

test.each([
    ['the stack is deployed', /CREATE_COMPLETE +production /],
    ['images are pushed and expire', /Of 36 images, the lifecycle policy has expired 7 already/],
    ['all that is left was scanned', /29 of them were scanned .*; 29 have no/],
    ['the alarm goes off', /v1\.25 is pushed and scanned, and the alarm goes to the state ALARM\./],
    ['people get a message', /OK -> ALARM/],
    ['branches go by their age', /90 days after the push\n +feature-1; .*feature-6\n/],
    ['releases go by their count', /newest 20 of the images tagged v\*\n +v1\.5\n/],
    ['drift is found', /ImageTagMutability {2}NOT_EQUAL {2}expected "IMMUTABLE", actual "MUTABLE"/],
    [
        'nothing is left',
        /AWS now holds 0 repositories, 0 EventBridge rules, 0 log groups, 0 log resource\npolicies, 0 alarms\./,
    ],
])('%s', (_what, words) => {
    expect(ended.out).toMatch(words);
});

test('its own lines fit 80 columns', () => {
    const own = ended.out.split('\n').filter((line) => !/^\d\d:\d\d:\d\d|^[A-Z]\w+ {2,}|^ {26}/.test(line));
    expect(own.filter((line) => line.length > 80)).toEqual([]);
});

test('--verbose prints the AWS objects', async () => {
    const { out, code } = await ending(startCommand({}, ['demo', '--verbose']));
    expect(code).toBe(0);
    expect(out).toMatch(/"encryptionType": "KMS"/);
    expect(out).toMatch(/Metric filters: \{/);
}, 60_000);

describe('leaves nothing behind', () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), 'demo-'));
    });

    afterEach(() => rmSync(folder, { recursive: true }));

    // tsx keeps what it has compiled there.
    const left = () => readdirSync(folder).filter((name) => !name.startsWith('tsx'));

    async function begun() {
        const child = startCommand({ TMPDIR: folder }, ['demo']);
        await once(child.stdout ?? child, 'data');
        return child;
    }

    test('when it is interrupted', async () => {
        const child = await begun();
        child.kill('SIGINT');
        const { code, out, err } = await ending(child);
        expect([code, err]).toEqual([130, '']);
        expect(out).toMatch(/Interrupted\. The AWS in memory has ended, and nothing is left\.\n$/);
        expect(left()).toEqual([]);
    });

    test('when nobody reads it to its end', async () => {
        const child = await begun();
        child.stdout?.destroy();
        const [code] = await once(child, 'exit');
        expect(code).toBe(0);
        expect(left()).toEqual([]);
    });
});
