import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type BuildOptions, build, type Plugin, transformSync } from 'esbuild';

const BUNDLE = 'dist/handlers.js';

/** The AWS stand-in as one file, which starts ten times as fast as its sources. */
const STAND_IN = 'dist/aws.js';

/** What lint/ecr_repository.py asks about policies. */
const LINT_CHECK = 'dist/lint-policies.js';

/** See src/cloudformation/unused-modules.ts. */
const LEFT_OUT = [
    '@aws-sdk/credential-provider-node',
    '@smithy/core/event-streams',
    'aws-sdk/clients/all',
    'aws-sdk/clients/cloudwatch',
    'aws-sdk/clients/cloudwatchlogs',
    'aws-sdk/clients/s3',
    'uuid',
];

/** The library takes error codes from the names of its exceptions; keeping all names would cost 10 KB of the package. */
const exceptionNames: Plugin = {
    name: 'names of exceptions',
    setup({ onLoad }) {
        onLoad({ filter: /cloudformation-cli-typescript-lib.dist.exceptions\.js$/ }, ({ path }) => ({
            contents: transformSync(readFileSync(path, 'utf8'), { keepNames: true }).code,
        }));
    },
};

/** Of what the bundle takes in as JSON, only what it reads: every kilobyte takes time to load. */
const slimJson: Plugin = {
    name: 'slim JSON',
    setup({ onLoad }) {
        const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
        // The SDK tells AWS its version, in the header User-Agent.
        onLoad({ filter: /@aws-sdk.client-[a-z-]+.package\.json$/ }, ({ path }) => {
            const { version } = read(path);
            return { contents: JSON.stringify({ version }), loader: 'json' };
        });
        onLoad({ filter: /schema\.json$/ }, ({ path }) => {
            const withoutWords = (key: string, value: unknown) => (key === 'description' ? undefined : value);
            return { contents: JSON.stringify(read(path), withoutWords), loader: 'json' };
        });
    },
};

/** Coverage is that of the sources. */
const isMeasured = process.env['NODE_V8_COVERAGE'] !== undefined;

const NODE: BuildOptions = {
    bundle: true,
    platform: 'node',
    // The oldest Node that the bundles run on.
    target: 'node20',
    format: 'cjs',
    // ES modules where packages have them: only what is used of them is bundled.
    mainFields: ['module', 'main'],
    conditions: ['module'],
    logLevel: 'warning',
};

async function bundle(functionName?: string): Promise<void> {
    await build({
        ...NODE,
        stdin: { contents: "export { entrypoint, testEntrypoint } from './src/handlers';", resolveDir: '.' },
        outfile: BUNDLE,
        minify: !isMeasured,
        sourcemap: isMeasured && 'linked',
        plugins: [exceptionNames, slimJson],
        legalComments: 'none',
        alias: {
            ...Object.fromEntries(LEFT_OUT.map((name) => [name, './src/cloudformation/unused-modules.ts'])),
            'string.prototype.replaceall': './src/cloudformation/replace-all.ts',
            // Without the parts for JavaScript from before 2015.
            'reflect-metadata': 'reflect-metadata/lite',
        },
    });
    await build({ ...NODE, entryPoints: ['local/aws/main.ts'], outfile: STAND_IN });
    await build({ ...NODE, entryPoints: ['scripts/lint-policies.ts'], outfile: LINT_CHECK, minify: true });
    if (functionName !== undefined) {
        const copy = join('build', functionName, BUNDLE);
        mkdirSync(join(copy, '..'), { recursive: true });
        copyFileSync(BUNDLE, copy);
    }
}

/** Prints an error, unless esbuild has already printed it with the lines of the source. */
function explain(error: object): void {
    if (!('errors' in error)) {
        console.error(error instanceof Error ? error.message : String(error));
    }
}

void new Command('npm run build --')
    .description('Bundles the handlers, the AWS stand-in and a check for cfn-lint into dist/.')
    .argument('[function]', 'also copy the handlers to build/FUNCTION, for the CloudFormation CLI to zip')
    .showHelpAfterError('(--help tells what there is)')
    .action((functionName?: string) =>
        bundle(functionName).catch((error) => {
            explain(error);
            process.exitCode = 1;
        }),
    )
    .parseAsync();
