import { setFlagsFromString } from 'node:v8';
import { register } from 'tsx/esm/api';

register();
// bin/gizmosql-reference.js explains this flag.
setFlagsFromString('--no-incremental-marking');

/** See api.d.ts. */
export async function runConformance(options) {
  const { runConformance: run } = await import('../steps/runner/run-conformance.ts');
  return run(options);
}

/** See api.d.ts. */
export async function startReferenceServer(flags) {
  const { startReferenceServer: start } = await import('../reference/start-reference-server.ts');
  return start(flags);
}
