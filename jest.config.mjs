export default {
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/support/quiet-logs.mjs'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/esbuild-transformer.mjs' },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.serverless', '<rootDir>/.esbuild', '<rootDir>/.cache'],
};
