/** One configuration; `--selectProjects unit|medium|e2e` picks a layer (style: *.spec.ts, *.medium.spec.ts, *.e2e.spec.ts). */
const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: {
    '^#(client|contracts|events|platform|testing)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  setupFiles: ['reflect-metadata'],
  ...extra,
});

/** Medium and end-to-end tests share one Postgres and one RabbitMQ per run; unit tests start nothing. */
const servers = {
  globalSetup: '<rootDir>/libs/testing/jest-global-setup.js',
  globalTeardown: '<rootDir>/libs/testing/jest-global-teardown.js',
};

export default {
  projects: [
    project('unit', ['<rootDir>/{apps,libs,scripts}/**/*.spec.ts', '!**/*.{medium,e2e}.spec.ts']),
    project('medium', ['<rootDir>/{apps,libs}/**/*.medium.spec.ts'], servers),
    project('e2e', ['<rootDir>/test/**/*.e2e.spec.ts'], servers),
  ],
};
