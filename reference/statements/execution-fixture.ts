import { nullRecorder } from '../instrumentation/recorder.js';
import type {
  EngineOutcome,
  ExecutionOutcome,
  ExecutionRecord,
  QueuedExecutionRecord,
} from '../instrumentation/records.js';
import type { LogFields } from '../log.js';
import { usualSettings } from '../sessions/query-settings.js';
import type { ExecutionContext } from './execution.js';
import { StatementQueue } from './statement-queue.js';
import type { QueueLimits } from './statement-queue.js';

/** What executions told the recorder and the log, and what time their clock shows. */
export interface Told {
  now: bigint;
  queryTimeoutSeconds: number;
  limits: QueueLimits;
  readonly queued: QueuedExecutionRecord[];
  readonly started: ExecutionRecord[];
  readonly finished: (ExecutionOutcome & { readonly id: string })[];
  readonly computed: (EngineOutcome & { readonly id: string })[];
  readonly closed: [id: string, time: bigint][];
  readonly lines: [message: string, fields: LogFields][];
}

/** The dependencies of executions for specs, and what they were told. */
export function notingContext({ hasTimeline = false } = {}): {
  readonly told: Told;
  readonly context: ExecutionContext;
} {
  const told: Told = {
    now: 1_000_000n,
    queryTimeoutSeconds: 0,
    limits: { concurrent: 0, queued: 0 },
    queued: [],
    started: [],
    finished: [],
    computed: [],
    closed: [],
    lines: [],
  };
  const context: ExecutionContext = {
    recorder: {
      ...nullRecorder,
      executionQueued: (record) => told.queued.push(record),
      executionStarted: (record) => told.started.push(record),
      executionComputed: (id, outcome) => told.computed.push({ id, ...outcome }),
      cursorClosed: (id, time) => told.closed.push([id, time]),
      executionFinished: (id, outcome) => told.finished.push({ id, ...outcome }),
    },
    clock: { now: () => told.now },
    logQuery: (_, __, message, fields) => told.lines.push([message, fields]),
    hasTimeline,
    readsAhead: () => false,
    queue: new StatementQueue(() => told.limits),
    settingsOf: ({ settings }) => ({
      ...usualSettings,
      queryTimeoutSeconds: told.queryTimeoutSeconds,
      ...settings,
    }),
  };
  return { told, context };
}
