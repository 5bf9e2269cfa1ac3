export default {
  // Jest leaves one core free, which is half of a small machine.
  maxWorkers: '100%',
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/support/quiet-logs.mjs'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/esbuild-transformer.mjs' },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.serverless', '<rootDir>/.esbuild', '<rootDir>/.cache'],
};
