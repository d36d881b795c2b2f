import type { TargetIdentity } from './model.js';

/** A server in one line, as it describes itself: version, edition, DuckDB version, instrumentation. */
export function describeServer({
  gizmosqlVersion,
  edition,
  duckdbVersion,
  channel,
  instrumentation,
}: Omit<TargetIdentity, 'kind' | 'description'>): string {
  return [
    `GizmoSQL ${gizmosqlVersion ?? 'of unknown version'}`,
    ...(channel === undefined ? [] : [`channel ${channel}`]),
    ...(edition === null ? [] : [edition]),
    `DuckDB ${duckdbVersion ?? 'of unknown version'}`,
    ...(instrumentation === undefined ? [] : [`instrumentation ${instrumentation.state}`]),
  ].join(', ');
}
