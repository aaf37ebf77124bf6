import { build } from 'esbuild';

/** See src/left-out.ts. */
const LEFT_OUT = [
    '@aws-sdk/credential-provider-node',
    'aws-sdk/clients/all',
    'aws-sdk/clients/cloudwatch',
    'aws-sdk/clients/cloudwatchlogs',
    'aws-sdk/clients/s3',
];

await build({
    entryPoints: ['src/handlers.ts'],
    outfile: 'dist/handlers.js',
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
    alias: Object.fromEntries(LEFT_OUT.map((name) => [name, './src/left-out.ts'])),
    logLevel: 'warning',
});
