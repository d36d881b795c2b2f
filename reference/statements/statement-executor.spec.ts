import { StatementType } from '@duckdb/node-api';
import { Field, Int32, Schema, Utf8 } from 'apache-arrow';
import { beforeEach, describe, expect, it } from 'vitest';
import type { QueryResult } from '../engine/prepared-query.js';
import { sessionOn } from '../session-fixture.js';
import type { Session } from '../sessions/session.js';
import { notingContext } from './execution-fixture.js';
import type { Told } from './execution-fixture.js';
import { tableOf } from './metadata/table-of.js';
import { StatementExecutor } from './statement-executor.js';
import type { Executable, Statement } from './statement.js';
import { tableResult } from './table-result.js';

const schema = new Schema([new Field('a', new Utf8(), true)]);

let told: Told;
let executor: StatementExecutor;
let session: Session;
let executable: Executable;

beforeEach(() => {
  const noting = notingContext();
  told = noting.told;
  executor = new StatementExecutor(noting.context);
  session = sessionOn({ interrupt: () => undefined });
  executable = {
    type: StatementType.SELECT,
    parameterCount: 0,
    schema: () => Promise.resolve(schema),
    parameterSchema: () => new Schema([]),
    stream: () => Promise.resolve(tableResult(tableOf(schema, [['row']]))),
    update: () => Promise.resolve(7),
    close: () => undefined,
  };
});

const statement = (): Statement => ({
  id: 'statement',
  session,
  sql: 'SELECT 1',
  flightMethod: 'm',
  isInternal: false,
  executable,
  schema,
});

describe('a query', () => {
  const row = { values: [], types: [] };

  it.each([
    ['the engine says', undefined],
    ['is laid down', new Schema([new Field('b', new Int32(), true)])],
  ])('has one schema, as %s, before the rows of all parameters', async (_, laidDown) => {
    const { messages } = executor.query(statement(), [row, row, row], 'handle', {
      schema: laidDown,
    });
    const texts: string[] = [];
    for await (const message of messages) {
      texts.push(Buffer.from(message as Buffer).toString());
    }
    expect(texts.map((text) => text.includes('row'))).toEqual([false, true, true, true]);
    expect(told.finished.map(({ status, rowsFetched }) => [status, rowsFetched])).toEqual(
      Array.from({ length: 3 }, () => ['success', 1]),
    );
    expect(session.running.size).toBe(0);
  });

  it('that was cancelled has failed, although the engine ends its rows as if they were all', async () => {
    const result: QueryResult = tableResult(tableOf(schema, [['row']]));
    executable = { ...executable, stream: () => Promise.resolve(result) };
    const query = executor.query(statement(), [], 'handle');
    await query.messages.next();
    await query.messages.next();
    session.cancelByHandle('handle');
    await expect(query.messages.next()).rejects.toMatchObject({ kind: 'cancelled' });
    expect(told.finished).toMatchObject([{ status: 'cancelled' }]);
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
    const row = { values: [], types: [] };
    expect(await executor.update(statement(), [row, row], () => undefined)).toBe(14);
    expect(running).toEqual([1, 1]);
    expect(session.running.size).toBe(0);
    expect(told.finished.map(({ status }) => status)).toEqual(['success', 'success']);
  });

  it('can be cancelled by whoever asked for it', async () => {
    executable.update = () => Promise.reject(new Error('INTERRUPT Error: Interrupted!'));
    const update = executor.update(statement(), [], (cancel) => {
      cancel();
    });
    await expect(update).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
