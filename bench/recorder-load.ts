import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { systemClock } from '../reference/clock.js';
import { QueueRecorder } from '../reference/instrumentation/queue-recorder.js';
import type { Recorder } from '../reference/instrumentation/recorder.js';
import { readConfig } from '../reference/read-config.js';
import { startServer } from '../reference/server.js';

// Tells a server's recorder of a million executed statements, because clients would take half an hour to send
// them. Run as a program; prints one line of JSON, a RecorderLoad.

/** The size of the load and its cost. */
export interface RecorderLoad {
  readonly statements: number;
  /** From the first statement until all of them are in the file. Few rows are ever waiting. */
  readonly seconds: number;
  /** Resident memory in bytes, after the start and after the last statement. */
  readonly before: number;
  readonly after: number;
}

const statements = 1_000_000;
/** Statements between two turns of the recorder. */
const burst = 200;
/** The most rows that may wait; more mean that the recorder is falling behind. */
const mostBacklog = 20_000;

const folder = await mkdtemp(join(tmpdir(), 'bench-'));
let told: Recorder | undefined;
const server = await startServer(
  readConfig([
    ...['--username', 'bench', '--password', 'bench', '--hostname', '127.0.0.1', '--port', '0'],
    ...['--health-port', '0', '--log-level', 'error', '--enable-instrumentation', 'true'],
    ...['--database-filename', join(folder, 'main.db')],
  ]),
  { recorder: (original) => (told = original) },
);
if (!(told instanceof QueueRecorder)) {
  throw new Error('the server does not use the recorder to be measured');
}
const recorder = told;
const before = process.memoryUsage().rss;
const sessionId = crypto.randomUUID();
recorder.sessionOpened({
  sessionId,
  instanceId: server.instanceId,
  username: 'bench',
  role: 'admin',
  authMethod: 'Basic',
  peer: '127.0.0.1',
  peerIdentity: null,
  userAgent: 'bench',
  connectionProtocol: 'plaintext',
  startTime: systemClock.now(),
});
const started = performance.now();
for (let first = 0; first < statements; first += burst) {
  for (let i = 0; i < burst; i++) {
    tellStatement(first + i);
  }
  do {
    await setImmediate();
  } while (recorder.backlog > mostBacklog);
}
const after = process.memoryUsage().rss;
await server.stop('end of the bench');
const load: RecorderLoad = {
  statements,
  seconds: (performance.now() - started) / 1000,
  before,
  after,
};
await rm(folder, { recursive: true });
console.log(JSON.stringify(load));
process.exit(0);

function tellStatement(number: number): void {
  const [statementId, executionId] = [crypto.randomUUID(), crypto.randomUUID()];
  const now = systemClock.now();
  const statement = {
    statementId,
    sessionId,
    sqlText: `SELECT ${number}`,
    flightMethod: 'DoGetStatement',
    isInternal: false,
    queryTag: null,
    createdTime: now,
  };
  recorder.statementReceived(statement);
  recorder.statementPrepared({ ...statement, prepareError: null });
  recorder.executionStarted({ executionId, statementId, bindParameters: null, startTime: now });
  recorder.executionFinished(executionId, {
    endTime: systemClock.now(),
    durationMs: 0n,
    fetchStartTime: null,
    fetchEndTime: systemClock.now(),
    totalDurationMs: 0n,
    cursorCloseTime: null,
    queryProfile: null,
    rowsFetched: 1,
    status: 'success',
    errorMessage: null,
  });
}
