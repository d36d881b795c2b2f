import { StatementType } from '@duckdb/node-api';
import { Field, Schema, Utf8 } from 'apache-arrow';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../engine/connection.js';
import { NameChanges } from '../engine/name-changes.js';
import type { PreparedQuery } from '../engine/prepared-query.js';
import { nullRecorder } from '../instrumentation/recorder.js';
import type {
  ExecutionOutcome,
  ReceivedStatementRecord,
  StatementRecord,
} from '../instrumentation/records.js';
import { sessionOn } from '../session-fixture.js';
import type { Session } from '../sessions/session.js';
import { usualSettings } from '../sessions/query-settings.js';
import { GizmosqlSettings } from './gizmosql-settings.js';
import { tableOf } from './metadata/table-of.js';
import type { ReceivedStatement } from './received-statement.js';
import { StatementService } from './statement-service.js';
import type { Executable } from './statement.js';
import { tableResult } from './table-result.js';

const schema = new Schema([new Field('a', new Utf8(), true)]);

let received: ReceivedStatementRecord[];
let prepared: StatementRecord[];
/** How many characters the recorder has room for. */
let room: number;
/** When the recorder has written everything. */
let written: () => Promise<void>;
let finished: ExecutionOutcome[];
let lines: [message: string, fields: Record<string, unknown>][];
let session: Session;
/** What the engine makes of every text. */
let executable: Executable & { ownChanges: number };
/** What it tells of views. */
let definitions: [name: string, text: string][];

beforeEach(() => {
  [received, prepared, finished, lines] = [[], [], [], []];
  room = Infinity;
  definitions = [];
  written = () => Promise.resolve();
  executable = {
    type: StatementType.SELECT,
    parameterCount: 0,
    ownChanges: 0,
    schema: () => Promise.resolve(schema),
    parameterSchema: () => new Schema([]),
    stream: () => Promise.resolve(tableResult(tableOf(schema, [['row']]))),
    update: () => Promise.resolve(7),
    close: () => undefined,
  };
  const connection = {
    prepare: () => Promise.resolve(executable),
    rows: (sql: string) => Promise.resolve(sql.includes('duckdb_views') ? definitions : []),
    interrupt: () => undefined,
    names: new NameChanges(),
  };
  session = sessionOn(connection as unknown as Connection);
});

function service({ printQueries = false, refusal = '' } = {}): StatementService {
  return new StatementService({
    recorder: {
      ...nullRecorder,
      hasRoomFor: (characters) => characters <= room,
      statementReceived: (record) => received.push(record),
      written: () => written(),
      statementPrepared: (record) => prepared.push(record),
      executionFinished: (_, outcome) => finished.push(outcome),
    },
    clock: { now: () => 5n },
    log: { at: (_, message, fields = {}) => lines.push([message, fields]) },
    printQueries,
    hasTimeline: false,
    settings: new GizmosqlSettings({ initial: usualSettings, isFrom: () => true }),
    guard: {
      check: () => (refusal === '' ? Promise.resolve() : Promise.reject(new Error(refusal))),
      tell: (failure) => Promise.resolve(failure),
    },
    reading: null,
    pseudoFunctions: (sql) => sql,
    kill: { check: () => Promise.resolve(), perform: () => Promise.resolve() },
    valuesFor: () => ({}),
  });
}

function receive(to: StatementService, sql = 'INSERT'): ReceivedStatement {
  return to.receive({ session, sql, flightMethod: 'm', isInternal: false });
}

describe('a statement that is received', () => {
  const told = { sessionId: 'session', flightMethod: 'm', isInternal: false, createdTime: 5n };

  it('is on record before anybody looks at it', async () => {
    const seen: unknown[] = [];
    session.connection.prepare = () => {
      seen.push(...received);
      return Promise.reject(new Error('no such table'));
    };
    await expect(service().prepare(session, 'SELECT 1', 'm')).rejects.toThrow('no such table');
    expect(seen).toMatchObject([{ ...told, sqlText: 'SELECT 1' }]);
    expect(seen[0]).not.toHaveProperty('prepareError');
  });

  it('is on record before its transaction is looked for', async () => {
    const id = Buffer.from('never begun');
    await expect(service().prepare(session, 'SELECT 1', 'm', id)).rejects.toThrow(
      'Transaction not found',
    );
    expect(received).toMatchObject([{ ...told, sqlText: 'SELECT 1' }]);
    expect(prepared).toMatchObject([
      {
        ...told,
        statementId: received[0]?.statementId,
        prepareError: expect.stringMatching(/^Transaction not found/) as string,
      },
    ]);
  });

  it('is another one in the end, where the text is known later', async () => {
    const to = service();
    const { id } = await to.prepareLocked(receive(to, 'INSERT'), session, 'CREATE TABLE');
    expect(received).toMatchObject([{ statementId: id, sqlText: 'INSERT' }]);
    expect(prepared).toMatchObject([{ statementId: id, sqlText: 'CREATE TABLE' }]);
  });

  it('has failed when the work before its preparation has, and only then', async () => {
    const to = service();
    const [before, after] = [receive(to), receive(to)];
    const work = before.recorded(() => Promise.reject(new Error('no rows')));
    await expect(work).rejects.toMatchObject({ kind: 'invalid-argument', message: 'no rows' });
    const late = after.recorded(async () => {
      await to.prepareLocked(after, session, 'INSERT');
      throw new Error('disk full');
    });
    await expect(late).rejects.toThrow('disk full');
    expect(prepared.map(({ statementId, prepareError }) => [statementId, prepareError])).toEqual([
      [before.id, 'no rows'],
      [after.id, null],
    ]);
  });

  it('is refused for its length, and its beginning is on record', async () => {
    const most = 16 * 1024 * 1024;
    const engine = vi.spyOn(session.connection, 'prepare');
    const sql = `SELECT '${'x'.repeat(most)}'`;
    const message = `The statement has ${most + 9} characters, more than the ${most} that can be recorded: it is refused`;
    await expect(service().prepare(session, sql, 'm')).rejects.toMatchObject({
      kind: 'invalid-argument',
      message,
    });
    expect(engine).not.toHaveBeenCalled();
    expect(prepared).toMatchObject([{ sqlText: sql.slice(0, 10_000), prepareError: message }]);
    await service().prepare(session, 'x'.repeat(most), 'm');
    expect(engine).toHaveBeenCalledOnce();
  });

  it('is refused and unknown to the engine where there is no room for its record', async () => {
    const engine = vi.spyOn(session.connection, 'prepare');
    room = 7;
    await expect(service().prepare(session, 'SELECT 1', 'm')).rejects.toMatchObject({
      kind: 'exhausted',
    });
    expect([received, prepared, engine.mock.calls]).toEqual([[], [], []]);
    await service().prepare(session, 'SELECT 1'.slice(1), 'm');
    expect(engine).toHaveBeenCalledOnce();
  });

  it('of great length or depth is on disk before the engine has it', async () => {
    const order: string[] = [];
    written = () => {
      order.push('written');
      return Promise.resolve();
    };
    session.connection.prepare = (sql) => {
      order.push(`engine ${sql.length}`);
      return Promise.resolve(executable as unknown as PreparedQuery);
    };
    await service().prepare(session, 'x'.repeat(65_535), 'm');
    await service().prepare(session, 'x'.repeat(65_536), 'm');
    await service().prepare(session, '[{(('.repeat(62) + ')('.repeat(1000), 'm');
    await service().prepare(session, '[{'.repeat(125), 'm');
    const lengths = order.map((each) => each.replace('engine ', ''));
    expect(lengths).toEqual(['65535', 'written', '65536', '2248', 'written', '250']);
  });

  it.each([
    ["SELECT Json_Structure(repeat('[', 100000))", true],
    ['SELECT a :: /* */ "VARIANT" FROM t', true],
    ['FROM diving', true],
    ['SELECT structure FROM t', false],
  ])('is on disk first if its execution may end the process: %s', async (sql, isAwaited) => {
    definitions = [
      ['diving', 'create view diving as select json_contains(a, b) from t'],
      ['harmless', 'select 1'],
    ];
    const order: string[] = [];
    written = () => {
      order.push('written');
      return Promise.resolve();
    };
    executable = {
      ...executable,
      update: () => {
        order.push('executed');
        return Promise.resolve(7);
      },
    };
    session.connection.prepare = () => {
      order.push('prepared');
      return Promise.resolve(executable as unknown as PreparedQuery);
    };
    const one = service();
    await one.executor.update(await one.prepare(session, sql, 'm'), [], () => undefined);
    const expected = isAwaited
      ? ['written', 'prepared', 'written', 'executed']
      : ['prepared', 'executed'];
    expect(order).toEqual(expected);
  });

  it('of great length is refused where it does not get to the disk', async () => {
    vi.useFakeTimers();
    try {
      const engine = vi.spyOn(session.connection, 'prepare');
      written = () => new Promise(() => undefined);
      const refused = expect(
        service().prepare(session, 'x'.repeat(65_536), 'm'),
      ).rejects.toMatchObject({ kind: 'exhausted' });
      await vi.advanceTimersByTimeAsync(10_000);
      await refused;
      expect(engine).not.toHaveBeenCalled();
      expect(prepared).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a statement that is prepared', () => {
  it.each([
    ['by a client', false, (to: StatementService) => to.prepare(session, 'SELECT 1', 'm')],
    [
      'under way',
      false,
      (to: StatementService) => to.prepareLocked(receive(to), session, 'SELECT 1'),
    ],
    ['of its own', true, (to: StatementService) => to.prepareInternal(session, 'SELECT 1', 'm')],
  ])('%s is recorded: internal %s', async (_, isInternal, prepare) => {
    const statement = await prepare(service());
    expect(statement).toMatchObject({ session, sql: 'SELECT 1', flightMethod: 'm', schema });
    expect(prepared).toEqual([
      {
        statementId: statement.id,
        sessionId: 'session',
        sqlText: 'SELECT 1',
        flightMethod: 'm',
        isInternal,
        prepareError: null,
        createdTime: 5n,
        queryTag: null,
      },
    ]);
  });

  it('of its own may answer otherwise than the engine', async () => {
    const other = { ...executable, schema: () => Promise.resolve(null) };
    const wrap = vi.fn((query: PreparedQuery) => (expect(query).toBe(executable), other));
    const statement = await service().prepareInternal(session, 'SELECT 1', 'm', { wrap });
    expect(statement.executable).toBe(other);
    expect(statement.schema).toBeNull();
  });

  it('is logged, with its text where that is wanted, and with what is wrong with it', async () => {
    const { id } = await service().prepare(session, 'SELECT 1', 'm');
    await service({ printQueries: true }).prepare(session, 'SELECT 2', 'm');
    await expect(
      service({ refusal: 'Not so.' }).prepare(session, 'SELECT 3', 'm'),
    ).rejects.toMatchObject({ kind: 'invalid-argument', message: 'Not so.' });
    const told = {
      session_id: 'session',
      user: 'alice',
      role: 'user',
      peer: 'p',
      flight_method: 'm',
    };
    expect(lines).toEqual([
      ['statement prepared', { ...told, statement_id: id }],
      ['statement prepared', { ...told, statement_id: prepared[1]?.statementId, sql: 'SELECT 2' }],
      ['statement prepared', { ...told, statement_id: prepared[2]?.statementId, error: 'Not so.' }],
    ]);
  });
});
