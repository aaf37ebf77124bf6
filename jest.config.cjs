/** The same compiler as for the bundle, so that tests see what ships. */
module.exports = {
    testEnvironment: 'node',
    testMatch: ['<rootDir>/tests/**/*.test.ts'],
    transform: { '\\.ts$': '<rootDir>/tests/support/esbuild-transform.cjs' },
    moduleNameMapper: { '^aws-sdk/clients/.*$': '<rootDir>/src/cloudformation/unused-modules.ts' },
    modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/', '<rootDir>/.local/'],
    coverageProvider: 'v8',
    coverageReporters: ['json'],
    collectCoverageFrom: ['{src,local}/**/*.ts'],
    testTimeout: 60_000,
    testSequencer: '<rootDir>/tests/support/longest-first.cjs',
    // Most of them wait: for an AWS that is slow on purpose, for the next look at the registry.
    maxWorkers: 3,
};
