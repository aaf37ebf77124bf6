import fs, { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type StackState, StateFolder } from '../../../../local/stacks/state';

const root = mkdtempSync(path.join(tmpdir(), 'state-'));
const folder = new StateFolder(root);

afterAll(() => rmSync(root, { recursive: true }));

const stateOf = (name: string): StackState => ({
    name,
    id: `arn:${name}`,
    template: 'template',
    account: '123456789012',
    region: 'us-east-1',
    aws: 'http://127.0.0.1:1',
    status: 'CREATE_COMPLETE',
    tags: {},
    outputs: {},
    resources: {},
    leftovers: [],
});

test.each(['{', '{}', '[]'])('a file that holds %s names itself, and blocks only its stack', (text) => {
    folder.save(stateOf('one'));
    folder.save(stateOf('other'));
    writeFileSync(folder.stackFile('one'), text);
    expect(() => folder.load('one')).toThrow(`${folder.stackFile('one')} is damaged. Delete it;`);
    expect(folder.load('other')).toEqual(stateOf('other'));
    expect(folder.load('none')).toBeUndefined();
});

test('a write that is cut short leaves the file as it was', () => {
    folder.save(stateOf('one'));
    const write = fs.writeFileSync;
    jest.spyOn(fs, 'writeFileSync').mockImplementationOnce((file, text) => {
        write(file, String(text).slice(0, 9));
        throw new Error('ENOSPC');
    });
    expect(() => folder.save({ ...stateOf('one'), status: 'DELETE_COMPLETE' })).toThrow('ENOSPC');
    expect(folder.load('one')).toEqual(stateOf('one'));
});
