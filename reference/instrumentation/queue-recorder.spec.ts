import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Database } from '../engine/database.js';
import type { Connection } from '../engine/connection.js';
import { spiedLog } from '../log-fixture.js';
import type { SpiedLog } from '../log-fixture.js';
import { attachRecordsFile } from './stores/file-store.js';
import { filePace } from './pace.js';
import { QueueRecorder } from './queue-recorder.js';
import type { InstanceRecord } from './records.js';
import { first } from './revisions/first.js';
import { writeRows } from './row-writer.js';

const instanceId = '7b2a3c4d-5e6f-4890-abcd-ef1234567890';
const instance: InstanceRecord = {
  instanceId,
  gizmosqlVersion: 'v1',
  gizmosqlEdition: 'Enterprise',
  duckdbVersion: 'v2',
  arrowVersion: '3',
  hostname: 'host',
  hostnameArg: null,
  serverIp: '127.0.0.1',
  port: 31337,
  databasePath: ':memory:',
  tlsEnabled: true,
  tlsCertPath: '/c',
  tlsKeyPath: '/k',
  mtlsRequired: false,
  mtlsCaCertPath: null,
  readonly: false,
  osPlatform: 'linux',
  osName: "o'S",
  osVersion: '1',
  cpuArch: 'x86_64',
  cpuModel: 'm',
  cpuCount: 4,
  memoryTotalBytes: 2 ** 40,
  startTime: 1_700_000_000_123_456n,
  instanceTag: null,
  clusterId: null,
};

let folder: string;
let database: Database;
let connection: Connection;
/** The recorder's own connection may be in a transaction at any time. */
let reader: Connection;
let log: SpiedLog;
let recorder: QueueRecorder;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorder-'));
  database = await Database.open({ path: null, readonly: false });
  connection = await database.connect();
  await attachRecordsFile(connection, join(folder, 'records.db'), first);
  reader = await database.connect();
  await reader.execute('USE _gizmosql_instr.main');
  log = spiedLog();
  recorder = recording();
});
afterEach(async () => {
  await recorder.close();
  reader.close();
  connection.close();
  database.close();
  await rm(folder, { recursive: true });
});

/** A recorder on the same connection. */
const recording = (options: Partial<ConstructorParameters<typeof QueueRecorder>[2]> = {}) =>
  new QueueRecorder(connection, log, { revision: first, ...options });

const sql = (statement: string) => reader.rows(statement);

function start(executionId: string, by = recorder): void {
  by.executionStarted({
    executionId,
    statementId: instanceId,
    bindParameters: '[1]',
    startTime: 5n,
  });
}

function receive(statementId: string, sqlText: string, by = recorder, createdTime = 5n): void {
  const sessionId = instanceId;
  const flightMethod = 'DoGetStatement';
  by.statementReceived({
    statementId,
    sessionId,
    sqlText,
    flightMethod,
    isInternal: false,
    queryTag: null,
    createdTime,
  });
}

function prepare(statementId: string, sqlText: string, prepareError: string | null): void {
  recorder.statementPrepared({
    statementId,
    sessionId: instanceId,
    sqlText,
    flightMethod: 'DoGetStatement',
    isInternal: false,
    queryTag: null,
    prepareError,
    createdTime: 5n,
  });
}

function finish(executionId: string, rowsFetched = 3, by = recorder): void {
  by.executionFinished(executionId, {
    endTime: 2_005n,
    durationMs: 2n,
    fetchStartTime: null,
    fetchEndTime: 2_005n,
    totalDurationMs: 2n,
    cursorCloseTime: null,
    queryProfile: null,
    rowsFetched,
    status: 'success',
    errorMessage: null,
  });
}

/** Polls until the recorder has written what it was told. */
async function until<T>(look: () => Promise<T>, found: (value: T) => boolean): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const value = await look();
    if (found(value) || performance.now() > deadline) {
      return value;
    }
    await sleep(5);
  }
}

describe('QueueRecorder', () => {
  it('writes every field of every record', async () => {
    const sessionId = crypto.randomUUID();
    const statementId = crypto.randomUUID();
    const executionId = crypto.randomUUID();
    recorder.instanceStarted(instance);
    recorder.sessionOpened({
      sessionId,
      instanceId,
      username: "o'hara",
      role: 'user',
      authMethod: 'Basic',
      peer: 'ipv4:127.0.0.1:5',
      peerIdentity: 'identity',
      userAgent: 'agent\0',
      connectionProtocol: 'mtls',
      startTime: 10n,
    });
    recorder.statementPrepared({
      statementId,
      sessionId,
      sqlText: 'selec',
      flightMethod: 'GetFlightInfoStatement',
      isInternal: false,
      queryTag: null,
      prepareError: 'no such thing',
      createdTime: 20n,
    });
    start(executionId);
    await recorder.close();
    const micros = (columns: string) => `epoch_us(${columns})`;
    expect(await sql('SELECT * EXCLUDE (start_time, stop_time) FROM instances')).toEqual([
      [
        expect.anything(),
        'v1',
        'Enterprise',
        'v2',
        '3',
        'host',
        null,
        '127.0.0.1',
        31337,
        ':memory:',
        true,
        '/c',
        '/k',
        false,
        null,
        false,
        'linux',
        "o'S",
        '1',
        'x86_64',
        'm',
        4,
        BigInt(2 ** 40),
        'running',
        null,
      ],
    ]);
    expect(
      await sql(`SELECT instance_id::VARCHAR, ${micros('start_time')}, stop_time FROM instances`),
    ).toEqual([[instanceId, instance.startTime, null]]);
    expect(
      await sql(`SELECT * REPLACE (session_id::VARCHAR AS session_id,
        instance_id::VARCHAR AS instance_id, ${micros('start_time')} AS start_time) FROM sessions`),
    ).toEqual([
      [
        sessionId,
        instanceId,
        "o'hara",
        'user',
        'Basic',
        'ipv4:127.0.0.1:5',
        'identity',
        'agent\0',
        'mtls',
        10n,
        null,
        'active',
        null,
      ],
    ]);
    expect(
      await sql(`SELECT * REPLACE (statement_id::VARCHAR AS statement_id,
        session_id::VARCHAR AS session_id, ${micros('created_time')} AS created_time)
        FROM sql_statements`),
    ).toEqual([
      [
        statementId,
        sessionId,
        'selec',
        'GetFlightInfoStatement',
        false,
        false,
        'no such thing',
        20n,
      ],
    ]);
    expect(
      await sql(`SELECT execution_id::VARCHAR, statement_id::VARCHAR, bind_parameters,
        ${micros('execution_start_time')}, execution_end_time, rows_fetched, status, error_message,
        duration_ms FROM sql_executions`),
    ).toEqual([[executionId, instanceId, '[1]', 5n, null, 0n, 'executing', null, null]]);
  });

  it('writes whatever it is told by itself, and has no backlog then', async () => {
    const sessionId = crypto.randomUUID();
    const written = (columns: string, table: string) =>
      until(
        () => sql(`SELECT ${columns} FROM ${table}`),
        (rows) => rows.length > 0 && recorder.backlog === 0,
      );
    recorder.instanceStarted(instance);
    expect(recorder.backlog).toBe(1);
    expect(await written('status, epoch_us(start_time)', 'instances')).toEqual([
      ['running', instance.startTime],
    ]);
    recorder.sessionOpened({
      sessionId,
      instanceId,
      username: 'ann',
      role: 'user',
      authMethod: 'Basic',
      peer: 'p',
      peerIdentity: null,
      userAgent: 'agent',
      connectionProtocol: 'plaintext',
      startTime: 10n,
    });
    expect(await written('username, status', 'sessions')).toEqual([['ann', 'active']]);
    recorder.statementPrepared({
      statementId: crypto.randomUUID(),
      sessionId,
      sqlText: 'SELECT 1',
      flightMethod: 'DoAction',
      isInternal: true,
      queryTag: null,
      prepareError: null,
      createdTime: 20n,
    });
    expect(await written('is_internal, prepare_success, prepare_error', 'sql_statements')).toEqual([
      [true, true, null],
    ]);
    const id = crypto.randomUUID();
    start(id);
    expect(recorder.backlog).toBe(1);
    expect(await written('status', 'sql_executions')).toEqual([['executing']]);
    finish(id);
    const ended = "(FROM sql_executions WHERE status = 'success')";
    expect(await written('rows_fetched', ended)).toEqual([[3n]]);
    recorder.sessionEnded(sessionId, 30n, 'killed', 'Killed by bob');
    const killed = "(FROM sessions WHERE status = 'killed')";
    expect(await written('epoch_us(stop_time), stop_reason', killed)).toEqual([
      [30n, 'Killed by bob'],
    ]);
    recorder.instanceStopped(instanceId, 40n, 'graceful');
    const stopped = "(FROM instances WHERE status = 'stopped')";
    expect(await written('epoch_us(stop_time), stop_reason', stopped)).toEqual([[40n, 'graceful']]);
  });

  it('completes a record that is written already, and one that is not', async () => {
    const [early, late] = [crypto.randomUUID(), crypto.randomUUID()];
    const table = () =>
      sql(`SELECT status, rows_fetched, duration_ms, epoch_us(execution_end_time)
                             FROM sql_executions ORDER BY ALL`);
    start(early);
    expect(await until(table, (rows) => rows.length === 1)).toEqual([
      ['executing', 0n, null, null],
    ]);
    finish(early, 7);
    start(late);
    finish(late, 8);
    expect(await until(table, (rows) => rows.every(([status]) => status === 'success'))).toEqual([
      ['success', 7n, 2n, 2005n],
      ['success', 8n, 2n, 2005n],
    ]);
  });

  it('completes many records at once, each with what is its own', async () => {
    const ids = Array.from({ length: 50 }, () => crypto.randomUUID());
    const open = () => sql("SELECT count(*) FROM sql_executions WHERE status = 'executing'");
    ids.forEach((id) => {
      start(id);
    });
    expect(await until(open, ([row]) => row?.[0] === 50n)).toEqual([[50n]]);
    ids.slice(1).forEach((id, i) => {
      recorder.executionFinished(id, {
        endTime: BigInt(i),
        durationMs: 2n,
        fetchStartTime: null,
        fetchEndTime: BigInt(i),
        totalDurationMs: 2n,
        cursorCloseTime: null,
        queryProfile: null,
        rowsFetched: i,
        status: i % 2 === 0 ? 'success' : 'error',
        errorMessage: i % 2 === 0 ? null : `it was ${i}`,
      });
    });
    expect(await until(open, ([row]) => row?.[0] === 1n)).toEqual([[1n]]);
    const rows = await sql(
      'SELECT execution_id::VARCHAR, epoch_us(execution_end_time), rows_fetched, status, error_message FROM sql_executions',
    );
    expect(new Map(rows.map(([id, ...rest]) => [id, rest]))).toEqual(
      new Map<unknown, unknown>([
        [ids[0], [null, 0n, 'executing', null]],
        ...ids
          .slice(1)
          .map((id, i): [unknown, unknown] => [
            id,
            i % 2 === 0
              ? [BigInt(i), BigInt(i), 'success', null]
              : [BigInt(i), BigInt(i), 'error', `it was ${i}`],
          ]),
      ]),
    );
  });

  it('writes a record once that is completed before it was written', async () => {
    const run = vi.spyOn(connection.raw, 'run');
    const id = crypto.randomUUID();
    start(id);
    finish(id);
    await recorder.close();
    expect(run.mock.calls.map(([text]) => text).filter((text) => /^UPDATE/.test(text))).toEqual([]);
    expect(await sql('SELECT status FROM sql_executions')).toEqual([['success']]);
  });

  it('has everything on disk when it is closed', async () => {
    const ids = Array.from({ length: 500 }, () => crypto.randomUUID());
    ids.forEach((id) => {
      start(id);
    });
    await sleep(1);
    ids.forEach((id) => {
      finish(id);
    });
    await recorder.close();
    reader.close();
    connection.close();
    database.close();
    database = await Database.open({ path: join(folder, 'records.db'), readonly: true });
    connection = await database.connect();
    reader = await database.connect();
    expect(await sql('SELECT status, count(*) FROM sql_executions GROUP BY ALL')).toEqual([
      ['success', 500n],
    ]);
  });

  it('loses nothing, whenever it is told and however writing takes', async () => {
    const step = fc.tuple(fc.boolean(), fc.constantFrom(0, 1, 3, 6));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const told = new Map<string, string>();
        const open: string[] = [];
        for (const [begin, pause] of steps) {
          const last = open.at(-1);
          if (begin || last === undefined) {
            const id = crypto.randomUUID();
            start(id);
            open.push(id);
            told.set(id, 'executing');
          } else {
            finish(last);
            open.pop();
            told.set(last, 'success');
          }
          if (pause > 0) {
            await sleep(pause);
          }
        }
        const written = await until(
          () => sql('SELECT execution_id::VARCHAR, status FROM sql_executions'),
          (rows) =>
            [...told].every(([id, status]) =>
              rows.some(([rowId, rowStatus]) => rowId === id && rowStatus === status),
            ),
        );
        expect(new Map(written as [string, string][])).toEqual(
          new Map([...(written as [string, string][]), ...told]),
        );
      }),
      { numRuns: 15 },
    );
  });

  it('tries again what could not be written, in order, and says so', async () => {
    const execute = connection.execute.bind(connection);
    let failures = 2;
    vi.spyOn(connection, 'execute').mockImplementation((statement) =>
      statement === 'COMMIT' && failures-- > 0
        ? Promise.reject(new Error('disk full'))
        : execute(statement),
    );
    const id = crypto.randomUUID();
    start(id);
    await until(
      () => Promise.resolve(failures),
      (left) => left < 2,
    );
    finish(id);
    expect(
      await until(
        () => sql('SELECT status FROM sql_executions'),
        (rows) => rows[0]?.[0] === 'success',
      ),
    ).toEqual([['success']]);
    // Once for the outage, however often it was tried.
    expect(log.error).toHaveBeenCalledTimes(1);
    expect(log.error).toHaveBeenCalledWith('cannot write instrumentation records', {
      records: 1,
      attempt: 1,
      error: 'disk full',
    });
    await expect.poll(() => log.info.mock.calls.length).toBeGreaterThan(0);
    expect(log.info.mock.calls.map(([message]) => message as unknown)).toEqual([
      'instrumentation records are written again',
    ]);
  });

  it('keeps what waits up to its bound, and says how much was too much', async () => {
    let blocked = true;
    const bounded = recording({
      mostWaitingBytes: 2_400,
      writeRows: (to, rows) =>
        blocked ? Promise.reject(new Error('unreachable')) : writeRows(to, rows),
    });
    start(crypto.randomUUID(), bounded);
    await expect.poll(() => log.error.mock.calls.length).toBeGreaterThan(0);
    expect(bounded.backlog).toBe(1);
    // Three fit in beside the one that is being written; two more are turned away.
    const ids = Array.from({ length: 5 }, () => crypto.randomUUID());
    const taken = ids.filter((id) => {
      const room = bounded.hasRoomFor('[1]'.length);
      if (room) {
        start(id, bounded);
        finish(id, 3, bounded);
      }
      return room;
    });
    expect(taken).toEqual(ids.slice(0, 3));
    blocked = false;
    await bounded.close();
    expect(await sql('SELECT count(*) FROM sql_executions')).toEqual([[4n]]);
    expect(log.error.mock.calls.slice(1)).toEqual([
      ['too many instrumentation records wait to be written: more are lost'],
      ['instrumentation records are lost', { records: 2 }],
    ]);
  });

  it('has room for the ends of what it has taken, and for sessions, when statements find none', async () => {
    const bounded = recording({
      mostWaitingBytes: 2_400,
      pace: { ...filePace, leastGatherMs: 60_000 },
    });
    const text = 'x'.repeat(800);
    expect(bounded.hasRoomFor(text.length)).toBe(true);
    receive(crypto.randomUUID(), text, bounded);
    expect(bounded.hasRoomFor(0)).toBe(false);
    bounded.sessionEnded(crypto.randomUUID(), 30n, 'closed', 'closed by the client');
    expect(bounded.backlog).toBe(2);
    // Told of all the same, it is lost: there is an end to what is reserved, too.
    receive(crypto.randomUUID(), text, bounded);
    bounded.sessionEnded(crypto.randomUUID(), 30n, 'closed', 'closed by the client');
    expect(bounded.backlog).toBe(2);
    expect(await bounded.close()).toBe(3);
  });

  const statementRows = () =>
    sql(`SELECT statement_id::VARCHAR, sql_text, prepare_success, prepare_error
         FROM sql_statements ORDER BY created_time`);

  it('writes a statement whose preparation does not end, and what comes of it', async () => {
    const [good, bad, other] = [
      crypto.randomUUID(),
      crypto.randomUUID(),
      crypto.randomUUID(),
    ] as const;
    receive(good, 'SELECT 1', recorder, 1n);
    receive(bad, 'SELECT', recorder, 2n);
    receive(other, 'INSERT', recorder, 3n);
    const open = await until(statementRows, (rows) => rows.length === 3);
    expect(open).toEqual([
      [good, 'SELECT 1', null, null],
      [bad, 'SELECT', null, null],
      [other, 'INSERT', null, null],
    ]);
    prepare(good, 'SELECT 1', null);
    prepare(bad, 'SELECT', 'no such thing');
    prepare(other, 'CREATE', null);
    await recorder.close();
    expect(await statementRows()).toEqual([
      [good, 'SELECT 1', true, null],
      [bad, 'SELECT', false, 'no such thing'],
      [other, 'CREATE', true, null],
    ]);
  });

  it('writes a statement once whose preparation has ended before it was written', async () => {
    const id = crypto.randomUUID();
    const run = vi.spyOn(connection.raw, 'run');
    receive(id, 'SELECT 1');
    prepare(id, 'SELECT 1', null);
    await recorder.close();
    expect(await statementRows()).toEqual([[id, 'SELECT 1', true, null]]);
    expect(run.mock.calls.filter(([text]) => text.startsWith('UPDATE'))).toEqual([]);
  });

  it('keeps of a very long error what failed and why', async () => {
    const [statement, execution] = [crypto.randomUUID(), crypto.randomUUID()];
    const error = `What${'x'.repeat(20 << 20)}why`;
    receive(statement, 'SELECT 1');
    prepare(statement, 'SELECT 1', error);
    start(execution);
    recorder.executionFinished(execution, {
      endTime: 6n,
      durationMs: 0n,
      fetchStartTime: null,
      fetchEndTime: 6n,
      totalDurationMs: 0n,
      cursorCloseTime: null,
      queryProfile: null,
      rowsFetched: 0,
      status: 'error',
      errorMessage: error,
    });
    await recorder.close();
    const kept = (column: string) =>
      `length(${column}), ${column} LIKE 'Whatx% […] %xwhy' AND ${column} LIKE '%x […] x%'`;
    const found = [
      ...(await sql(`SELECT ${kept('prepare_error')} FROM sql_statements`)),
      ...(await sql(`SELECT ${kept('error_message')} FROM sql_executions`)),
    ];
    expect(found).toEqual([
      [(20n << 20n) + 5n, true],
      [(20n << 20n) + 5n, true],
    ]);
  });

  it('says when everything is written that it was told, also what its pace holds back', async () => {
    const holding = recording({
      pace: { ...filePace, holdMs: 3_600_000 },
    });
    await holding.written();
    const id = crypto.randomUUID();
    receive(id, 'SELECT 1', holding);
    await holding.written();
    expect(await statementRows()).toEqual([[id, 'SELECT 1', null, null]]);
    await holding.close();
  });

  it('does not say so while nothing can be written, and does when it is given up', async () => {
    const broken = recording({
      writeRows: () => Promise.reject(new Error('disk full')),
    });
    receive(crypto.randomUUID(), 'SELECT 1', broken);
    let said = false;
    const written = broken.written().then(() => (said = true));
    await expect.poll(() => log.error.mock.calls.length).toBeGreaterThan(0);
    expect(said).toBe(false);
    expect(await broken.close()).toBe(1);
    await written;
  });

  it('gives records up that cannot be written while the server stops, and says so', async () => {
    vi.spyOn(connection, 'execute').mockRejectedValue(new Error('disk full'));
    start(crypto.randomUUID());
    await recorder.close();
    expect(log.error).toHaveBeenCalledWith('instrumentation records are lost', { records: 1 });
  });

  it('keeps the row of a running execution back where its pace says so, until it ends', async () => {
    const holding = recording({
      pace: { ...filePace, holdMs: 3_600_000 },
    });
    const [running, ended] = [crypto.randomUUID(), crypto.randomUUID()];
    const look = () => sql('SELECT execution_id::VARCHAR, status FROM sql_executions');
    start(running, holding);
    start(ended, holding);
    finish(ended, 3, holding);
    const found = await until(look, (rows) => rows.length > 0);
    expect(found).toEqual([[ended, 'success']]);
    await holding.close();
    expect(await look()).toContainEqual([running, 'executing']);
  });

  it('keeps it back no longer than its pace says', async () => {
    const holding = recording({
      pace: { ...filePace, holdMs: 100 },
    });
    const [id, look] = [crypto.randomUUID(), () => sql('SELECT status FROM sql_executions')];
    start(id, holding);
    expect(await until(look, (rows) => rows.length > 0)).toEqual([['executing']]);
    finish(id, 3, holding);
    await holding.close();
    expect(await look()).toEqual([['success']]);
  });

  it('may be closed without having been told anything', async () => {
    await recorder.close();
    expect(await sql('SELECT count(*) FROM instances')).toEqual([[0n]]);
  });
});
