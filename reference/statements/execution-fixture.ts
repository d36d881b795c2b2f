import { nullRecorder } from '../instrumentation/recorder.js';
import type { ExecutionOutcome, ExecutionRecord } from '../instrumentation/records.js';
import type { LogFields } from '../log.js';
import { usualSettings } from '../sessions/query-settings.js';
import type { ExecutionContext } from './execution.js';

/** What executions told the recorder and the log, and what time their clock shows. */
export interface Told {
  now: bigint;
  queryTimeoutSeconds: number;
  readonly started: ExecutionRecord[];
  readonly finished: (ExecutionOutcome & { readonly id: string })[];
  readonly lines: [message: string, fields: LogFields][];
}

/** The dependencies of executions for specs, and what they were told. */
export function notingContext(): { readonly told: Told; readonly context: ExecutionContext } {
  const told: Told = {
    now: 1_000_000n,
    queryTimeoutSeconds: 0,
    started: [],
    finished: [],
    lines: [],
  };
  const context: ExecutionContext = {
    recorder: {
      ...nullRecorder,
      executionStarted: (record) => told.started.push(record),
      executionFinished: (id, outcome) => told.finished.push({ id, ...outcome }),
    },
    clock: { now: () => told.now },
    logQuery: (_, __, message, fields) => told.lines.push([message, fields]),
    settingsOf: () => ({ ...usualSettings, queryTimeoutSeconds: told.queryTimeoutSeconds }),
  };
  return { told, context };
}
