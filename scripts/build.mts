import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const BUNDLE = 'dist/handlers.js';

/** See src/cloudformation/unused-modules.ts. */
const LEFT_OUT = [
    '@aws-sdk/credential-provider-node',
    'aws-sdk/clients/all',
    'aws-sdk/clients/cloudwatch',
    'aws-sdk/clients/cloudwatchlogs',
    'aws-sdk/clients/s3',
];

await build({
    stdin: { contents: "export { entrypoint, testEntrypoint } from './src/handlers';", resolveDir: '.' },
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    // The oldest Node that the bundle runs on.
    target: 'node20',
    format: 'cjs',
    // ES modules where packages have them: only what is used of them is bundled.
    mainFields: ['module', 'main'],
    conditions: ['module'],
    minify: true,
    // The library takes error codes from the names of classes.
    keepNames: true,
    legalComments: 'none',
    alias: Object.fromEntries(LEFT_OUT.map((name) => [name, './src/cloudformation/unused-modules.ts'])),
    logLevel: 'warning',
});

// The CloudFormation CLI calls the build with the function's name and zips what it then finds in build/<name>.
const [functionName] = process.argv.slice(2);
if (functionName) {
    const copy = join('build', functionName, BUNDLE);
    mkdirSync(join(copy, '..'), { recursive: true });
    copyFileSync(BUNDLE, copy);
}
