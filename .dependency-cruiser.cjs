/** The dependency rule of the architecture: contracts ← events ← apps, platform ← apps; apps never import apps. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'apps-import-no-app',
      comment: 'Services meet over events and gRPC. Only standalone composes them in one process.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/standalone/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'standalone-imports-modules-and-config-only',
      severity: 'error',
      from: { path: '^apps/standalone/' },
      to: { path: '^apps/(?!standalone/)', pathNot: '\\.module\\.ts$|/config\\.ts$' },
    },
    {
      name: 'contracts-import-no-lib-and-no-framework',
      severity: 'error',
      from: { path: '^libs/contracts/' },
      to: { path: '^libs/(?!contracts/)|node_modules/(@nestjs|typeorm|fastify)/' },
    },
    {
      name: 'platform-knows-no-domain',
      severity: 'error',
      from: { path: '^libs/platform/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/(?!platform/)' },
    },
    {
      name: 'events-import-contracts-only',
      severity: 'error',
      from: { path: '^libs/events/', pathNot: '\\.spec\\.ts$|conformance\\.ts$' },
      to: { path: '^libs/(?!events/|contracts/)' },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { pathNot: '\\.spec\\.ts$|conformance\\.ts$|^libs/testing/|(^|/)test/' },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'dashboard-speaks-http-only',
      comment: 'It runs in browsers: what it knows of services is what their REST calls answer.',
      severity: 'error',
      from: { path: '^apps/dashboard/src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'tracing-sdk-on-demand',
      comment:
        'Traces that are off cost nothing: OpenTelemetry but for its API is imported when they are on.',
      severity: 'error',
      from: {},
      to: { path: 'node_modules/@opentelemetry/(?!api/)', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'libs-import-no-app',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'libs-are-entered-by-their-index',
      severity: 'error',
      from: { path: '^(apps|test)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        // What the dashboard uses is inside the files that are built from it.
        pathNot: '\\.spec\\.ts$|^libs/testing/|conformance\\.ts$|/(test|scripts)/|^apps/dashboard/',
      },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/generated/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
