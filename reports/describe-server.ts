import type { TargetIdentity } from './model.js';

/** A server in one line, as it describes itself: version, edition, DuckDB version. */
export function describeServer({
  gizmosqlVersion,
  edition,
  duckdbVersion,
}: TargetIdentity): string {
  return [
    `GizmoSQL ${gizmosqlVersion ?? 'of unknown version'}`,
    ...(edition === null ? [] : [edition]),
    `DuckDB ${duckdbVersion ?? 'of unknown version'}`,
  ].join(', ');
}
