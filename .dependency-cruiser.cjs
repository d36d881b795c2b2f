/** Who may import whom. The rules of the house; `npm run lint` checks them. */
const ours = '^(bench|bin|features|fixtures|protocol|reference|reports|steps)/';

module.exports = {
  forbidden: [
    {
      name: 'protocol-stands-alone',
      severity: 'error',
      from: { path: '^protocol/' },
      to: { path: ours, pathNot: '^protocol/' },
    },
    {
      name: 'reference-imports-protocol-only',
      severity: 'error',
      from: { path: '^reference/', pathNot: '\\.spec\\.ts$|-fixture\\.ts$' },
      to: { path: ours, pathNot: '^(reference|protocol)/' },
    },
    {
      name: 'fixtures-are-for-specs',
      severity: 'error',
      from: { path: ours, pathNot: '\\.spec\\.ts$|-fixture\\.ts$' },
      to: { path: '-fixture\\.ts$' },
    },
    {
      name: 'suite-does-not-know-the-reference',
      comment: 'Only the non-conforming servers and the reference target may know it.',
      severity: 'error',
      from: {
        path: '^(steps|reports|fixtures)/',
        pathNot: '^(fixtures/nonconforming/|steps/targets/reference\\.ts$)',
      },
      to: { path: '^reference/' },
    },
    {
      name: 'product-code-needs-no-tests',
      comment: 'Of fixtures/ the package has the catalogue and the surroundings only.',
      severity: 'error',
      from: {
        path: '^(bin|protocol|reference|reports|steps)/',
        pathNot: '\\.spec\\.ts$|-fixture\\.ts$',
      },
      to: { path: '^fixtures/', pathNot: '^fixtures/(catalogue|surroundings)/' },
    },
    {
      name: 'nothing-is-built-on-benchmarks',
      severity: 'error',
      from: { path: ours, pathNot: '^bench/' },
      to: { path: '^bench/' },
    },
    {
      name: 'steps-share-by-scenario-only',
      comment: 'runner -> step definitions -> properties -> scenario -> targets -> client, errors',
      severity: 'error',
      from: { path: '^steps/(properties/|[^/]+\\.ts$)' },
      to: { path: '^steps/(runner/|[^/]+\\.ts$)' },
    },
    {
      name: 'scenario-stands-below-properties',
      severity: 'error',
      from: { path: '^steps/scenario/' },
      to: { path: '^steps/(runner/|properties/|[^/]+\\.ts$)' },
    },
    {
      name: 'targets-stand-below-scenario',
      severity: 'error',
      from: { path: '^steps/targets/' },
      to: { path: '^steps/(runner/|properties/|scenario/|[^/]+\\.ts$)' },
    },
    {
      name: 'errors-stand-alone',
      severity: 'error',
      from: { path: '^steps/errors/' },
      to: { path: ours, pathNot: '^steps/errors/' },
    },
    {
      name: 'client-imports-protocol-only',
      severity: 'error',
      from: { path: '^steps/client/' },
      to: { path: ours, pathNot: '^(steps/client|protocol)/' },
    },
    {
      name: 'only-the-client-speaks-grpc',
      severity: 'error',
      from: {
        path: '^(steps|reports|fixtures)/',
        pathNot: '^(steps/client/|fixtures/(chaos|nonconforming)/)',
      },
      to: { path: 'node_modules/@grpc/' },
    },
    {
      name: 'clients-are-tests-only',
      comment:
        "Other people's clients meet the reference as a program; nothing is built on their scripts.",
      severity: 'error',
      from: { path: ours, pathNot: '^fixtures/clients/' },
      to: { path: '^fixtures/clients/' },
    },
    {
      name: 'flight-has-no-engine',
      comment: 'flight -> access, sessions, statements -> engine, instrumentation',
      severity: 'error',
      from: { path: '^reference/flight/' },
      to: { path: '^reference/(engine|instrumentation)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-points-back-up-to-flight',
      severity: 'error',
      from: {
        path: '^reference/(access|sessions|statements|engine|instrumentation)/',
        pathNot: '\\.spec\\.ts$',
      },
      to: { path: '^reference/(flight|server|main)' },
    },
    {
      name: 'engine-and-instrumentation-are-the-bottom',
      severity: 'error',
      from: { path: '^reference/(engine|instrumentation)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^reference/(flight|access|sessions|statements)/' },
    },
    {
      name: 'only-the-composition-root-names-a-revision',
      comment:
        'Everything else gets the revision as an argument, so a server can be of any of them.',
      severity: 'error',
      from: {
        path: '^reference/',
        pathNot:
          '^reference/(server\\.ts$|instrumentation/revisions/)|\\.spec\\.ts$|-fixture\\.ts$',
      },
      to: { path: '^reference/instrumentation/revisions/' },
    },
    {
      name: 'only-the-engine-knows-duckdb',
      severity: 'error',
      from: { path: '^reference/', pathNot: '^reference/(engine|instrumentation)/|\\.spec\\.ts$' },
      to: { path: 'node_modules/@duckdb/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot:
          '(typescript-in-workers\\.js|-fixture\\.ts|html/page\\.js|\\.d\\.ts|\\.config\\.(ts|js)|\\.cjs)$',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'reports/out' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
