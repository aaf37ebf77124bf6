import { spawn } from 'node:child_process';
import path from 'node:path';
import { ending } from '../support/command-line';
import { useStandIn } from '../support/suite';

const standIn = useStandIn();

// The first run brings that Node from the npm registry.
test.each([20, 22, 24])(
    'the bundle works on Node %d',
    async (major) => {
        const life = path.join(__dirname, '..', 'support', 'one-life.cjs');
        const child = spawn('npm', ['exec', '--yes', `--package=node@${major}`, '--', 'node', life], {
            env: { ...process.env, AWS_ENDPOINT_URL: standIn.url },
        });
        const { out, err } = await ending(child);
        expect(err).not.toMatch(/npm error/);
        // The handlers print before.
        expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')).toEqual({
            node: expect.stringMatching(`^${major}\\.`),
            ends: ['create', 'read', 'update', 'list', 'delete'].map((file) => `${file} SUCCESS`),
        });
    },
    300_000,
);
