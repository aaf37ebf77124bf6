import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { call } from '../../../local/commands/call';
import { NAME, THERE } from '../../support/my-app';
import { useAccount, useStandIn } from '../../support/suite';
import { workplaceIn } from '../../support/workplace';

const standIn = useStandIn();
const there = useAccount(standIn, { region: THERE });
const folder = mkdtempSync(path.join(tmpdir(), 'call-'));
const printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);

afterAll(() => rmSync(folder, { recursive: true }));

const ask = (operation: string, input = {}) =>
    call(workplaceIn(folder, standIn.url), 'ecr', operation, { input, region: THERE });

test('an operation is called in the Region, and its answer printed', async () => {
    await there.ecr.send(new CreateRepositoryCommand({ repositoryName: NAME }));
    const settings = { repositoryName: NAME, imageScanningConfiguration: { scanOnPush: true } };
    expect(await ask('PutImageScanningConfiguration', settings)).toBe(0);
    const [text] = printed.mock.lastCall ?? [];
    expect(JSON.parse(text)).toEqual({ registryId: standIn.account, ...settings });
});

test.each([
    [
        'PutImageScaningConfiguration',
        /^ecr has no operation .*; did you mean PutImageScanningConfiguration\?$/,
    ],
    ['paginateDescribeImages', /^ecr has no operation paginateDescribeImages/],
    ['describeImages', /did you mean DescribeImages\?$/],
])('%s is no operation', async (operation, message) => {
    await expect(ask(operation)).rejects.toThrow(message);
});

test('what AWS refuses is told in its words', async () => {
    await expect(ask('DescribeImages', { repositoryName: NAME })).rejects.toThrow(/'my-app' does not exist/);
});
