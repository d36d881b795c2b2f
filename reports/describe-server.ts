import type { TargetIdentity } from './model.js';

/** What a server says it is, in a line: its name and version, its edition, its engine's version. */
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
