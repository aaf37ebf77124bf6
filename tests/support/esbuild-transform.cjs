const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { transformSync } = require('esbuild');

const tsconfigRaw = readFileSync(join(__dirname, '..', '..', 'tsconfig.json'), 'utf8');

/** Jest's transformer for TypeScript: esbuild, with the project's own tsconfig. */
module.exports = {
    process: (source, path) => ({
        ...transformSync(source, {
            loader: 'ts',
            format: 'cjs',
            target: 'node20',
            // Jest has no dynamic import of its own; a require does the same.
            supported: { 'dynamic-import': false },
            sourcefile: path,
            sourcemap: 'inline',
            tsconfigRaw,
        }),
    }),
};
