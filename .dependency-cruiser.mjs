/** The rooms of the core in the order in which data flows; a room imports only itself and rooms before it. */
export const FLOW = ['base', 'net', 'facts', 'model', 'reach', 'requirements', 'drift', 'alerts', 'discover'];

const upstreamOnly = FLOW.map((room, index) => ({
  name: `core-${room}-imports-upstream-only`,
  severity: 'error',
  comment: `core/${room} may import only ${FLOW.slice(0, index + 1).join(', ')}: data flows one way`,
  from: { path: `^shared/core/${room}/` },
  to: { path: '^shared/core/', pathNot: `^shared/core/(${FLOW.slice(0, index + 1).join('|')})/` },
}));

export default {
  forbidden: [
    ...upstreamOnly,
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'no package but zod and nothing of Node in the core: it has no clock, disk, network or environment',
      from: { path: '^shared/core/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'unknown'],
        pathNot: 'node_modules/zod/',
      },
    },
    {
      name: 'core-stays-inside',
      severity: 'error',
      comment: 'the core knows nothing of ports, use cases, adapters and entry points',
      from: { path: '^shared/core/' },
      to: { path: '^(shared/(ports|app|adapters)|functions|cli|web|infra|test|scripts)' },
    },
    {
      name: 'ports-are-types',
      severity: 'error',
      comment: 'ports.ts holds types and imports only types',
      from: { path: '^shared/ports[.]ts$' },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'app-has-no-io',
      severity: 'error',
      comment: 'use cases see the core and the ports, nothing that does I/O',
      from: { path: '^shared/app/' },
      to: { pathNot: '^shared/(core|app)/|^shared/ports[.]ts$' },
    },
    {
      name: 'adapters-serve-ports',
      severity: 'error',
      comment: 'an adapter knows the core and the ports, not use cases or entry points',
      from: { path: '^shared/adapters/' },
      to: { path: '^(shared/app|functions|cli|web|infra|test|scripts)/' },
    },
    {
      name: 'only-wire-makes-adapters',
      severity: 'error',
      comment: 'entry points get their adapters from wire',
      from: { path: '^(functions|cli|web)/', pathNot: '^(functions/wire/|cli/wire[.]ts$)' },
      to: { path: '^shared/adapters/' },
    },
    {
      name: 'sdk-only-in-adapters',
      severity: 'error',
      comment: 'the AWS SDK is an adapter matter; wire makes the clients',
      from: { pathNot: '^(shared/adapters/|functions/wire/|cli/wire[.]ts$|test/|node_modules/)' },
      to: { path: '@aws-sdk/|@smithy/' },
    },
    {
      name: 'entry-points-do-not-meet',
      severity: 'error',
      comment: 'a function knows its wiring and no other function',
      from: { path: '^functions/([^/]+)[.]ts$' },
      to: { path: '^functions/', pathNot: '^functions/(wire/|$1[.]ts$)' },
    },
    {
      name: 'no-test-in-product',
      severity: 'error',
      comment: 'the product does not depend on its tests',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'modules that need each other are one idea in two files; type-only cycles between a port and its users are no cycle at run time',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'every import must lead somewhere',
      from: {},
      to: { couldNotResolve: true, pathNot: '^aws-lambda$' },
    },
  ],
  options: {
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|[.]serverless|[.]esbuild|[.]cache)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mts', '.mjs', '.js', '.json'],
    },
  },
};
