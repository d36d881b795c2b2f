/**
 * Keeps to itself what libraries call outdated, which no user of the suite can mend, unless
 * GIZMOSQL_CONFORMANCE_DEBUG is set. Each thread has a setting of its own.
 */
export function quietLibraries(): void {
  process.noDeprecation = !process.env['GIZMOSQL_CONFORMANCE_DEBUG'];
}
