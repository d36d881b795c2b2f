/**
 * Suppresses the deprecation warnings of libraries, which users of the suite cannot fix, unless
 * GIZMOSQL_CONFORMANCE_DEBUG is set. The setting is per thread.
 */
export function quietLibraries(): void {
  process.noDeprecation = !process.env['GIZMOSQL_CONFORMANCE_DEBUG'];
}
