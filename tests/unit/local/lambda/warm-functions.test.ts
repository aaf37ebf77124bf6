import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WarmFunctions } from '../../../../local/lambda/warm-functions';

const folder = mkdtempSync(join(tmpdir(), 'warm-'));
const bundle = join(folder, 'handlers.js');
const functions = new WarmFunctions();

afterAll(async () => {
    await functions.close();
    rmSync(folder, { recursive: true });
});

const counted = (endpoint: string) =>
    functions
        .get({
            ...{ name: 'TypeFunction', handler: 'entrypoint', bundle, logFile: join(folder, 'log') },
            environment: { AWS_ENDPOINT_URL: endpoint },
        })
        .invoke({});

test('a function stays for its environment until its bundle is built again', async () => {
    writeFileSync(bundle, 'let count = 0; exports.entrypoint = async () => ++count;');
    const first = 'http://127.0.0.1:1';
    expect([await counted(first), await counted(first), await counted(`${first}1`)]).toEqual(['1', '2', '1']);
    utimesSync(bundle, new Date(), new Date(Date.now() + 60_000));
    expect([await counted(first), await counted(first)]).toEqual(['1', '2']);
});
