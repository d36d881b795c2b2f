import { StatementType } from '@duckdb/node-api';
import { Field, Int32, Schema, Utf8 } from 'apache-arrow';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../engine/connection.js';
import { NameChanges } from '../engine/name-changes.js';
import type { PreparedQuery, QueryResult } from '../engine/prepared-query.js';
import { nullRecorder } from '../instrumentation/recorder.js';
import type { ExecutionOutcome, StatementRecord } from '../instrumentation/records.js';
import { sessionOn } from '../session-fixture.js';
import type { Session } from '../sessions/session.js';
import { GizmosqlSettings } from './gizmosql-settings.js';
import { tableOf } from './metadata/table-of.js';
import { StatementService } from './statement-service.js';
import type { Executable } from './statement.js';
import { tableResult } from './table-result.js';

const schema = new Schema([new Field('a', new Utf8(), true)]);

let prepared: StatementRecord[];
let finished: ExecutionOutcome[];
let lines: [message: string, fields: Record<string, unknown>][];
let session: Session;
/** What the engine makes of every text. */
let executable: Executable & { ownChanges: number };

beforeEach(() => {
  [prepared, finished, lines] = [[], [], []];
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
    interrupt: () => undefined,
    names: new NameChanges(),
  };
  session = sessionOn(connection as unknown as Connection);
});

function service({ printQueries = false, refusal = '' } = {}): StatementService {
  return new StatementService({
    recorder: {
      ...nullRecorder,
      statementPrepared: (record) => prepared.push(record),
      executionFinished: (_, outcome) => finished.push(outcome),
    },
    clock: { now: () => 5n },
    log: { at: (_, message, fields = {}) => lines.push([message, fields]) },
    printQueries,
    settings: new GizmosqlSettings({ queryTimeoutSeconds: 0, queryLogLevel: 'info' }),
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

describe('a statement that is prepared', () => {
  it.each([
    ['by a client', false, (to: StatementService) => to.prepare(session, 'SELECT 1', 'm')],
    ['under way', false, (to: StatementService) => to.prepareLocked(session, 'SELECT 1', 'm')],
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

describe('a query', () => {
  const row = { values: [], types: [] };

  it.each([
    ['the engine says', undefined],
    ['is laid down', new Schema([new Field('b', new Int32(), true)])],
  ])('has one schema, as %s, before the rows of all parameters', async (_, laidDown) => {
    const statements = service();
    const statement = await statements.prepare(session, 'SELECT 1', 'm');
    const { messages } = statements.query(statement, [row, row, row], 'handle', laidDown);
    const texts: string[] = [];
    for await (const message of messages) {
      texts.push(Buffer.from(message as Buffer).toString());
    }
    expect(texts.map((text) => text.includes('row'))).toEqual([false, true, true, true]);
    expect(finished.map(({ status, rowsFetched }) => [status, rowsFetched])).toEqual(
      Array.from({ length: 3 }, () => ['success', 1]),
    );
    expect(session.running.size).toBe(0);
  });

  it('that was cancelled has failed, although the engine ends its rows as if they were all', async () => {
    const result: QueryResult = tableResult(tableOf(schema, [['row']]));
    executable = { ...executable, stream: () => Promise.resolve(result) };
    const statements = service();
    const statement = await statements.prepare(session, 'SELECT 1', 'm');
    const query = statements.query(statement, [], 'handle');
    await query.messages.next();
    await query.messages.next();
    session.cancelByHandle('handle');
    await expect(query.messages.next()).rejects.toMatchObject({ kind: 'cancelled' });
    expect(finished).toMatchObject([{ status: 'cancelled' }]);
  });
});

describe('an update', () => {
  it('runs in its session until it ends, for each row of parameters', async () => {
    const running: number[] = [];
    executable = {
      ...executable,
      update: () => {
        running.push(session.running.size);
        return Promise.resolve(7);
      },
    };
    const statements = service();
    const statement = await statements.prepare(session, 'INSERT', 'm');
    const row = { values: [], types: [] };
    expect(await statements.update(statement, [row, row], () => undefined)).toBe(14);
    expect(running).toEqual([1, 1]);
    expect(session.running.size).toBe(0);
    expect(finished.map(({ status }) => status)).toEqual(['success', 'success']);
  });

  it('can be cancelled by whoever asked for it', async () => {
    const statements = service();
    const statement = await statements.prepare(session, 'INSERT', 'm');
    executable.update = () => Promise.reject(new Error('INTERRUPT Error: Interrupted!'));
    const update = statements.update(statement, [], (cancel) => {
      cancel();
    });
    await expect(update).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
