/** One configuration; `--selectProjects unit|medium|e2e` picks a layer (style: *.spec.ts, *.medium.spec.ts, *.e2e.spec.ts). */
const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: {
    '^#(contracts|events|platform|testing)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  setupFiles: ['reflect-metadata'],
  ...extra,
});

export default {
  projects: [
    project('unit', ['<rootDir>/{apps,libs,scripts}/**/*.spec.ts', '!**/*.{medium,e2e}.spec.ts']),
    project('medium', ['<rootDir>/{apps,libs}/**/*.medium.spec.ts']),
    project('e2e', ['<rootDir>/test/**/*.e2e.spec.ts']),
  ],
};
