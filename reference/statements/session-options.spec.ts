import { create } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  SetSessionOptionsRequestSchema,
  SetSessionOptionsResult_ErrorValue as ErrorValue,
} from '../../protocol/gen/flight_pb.js';
import type { Connection } from '../engine/connection.js';
import { openConnection } from '../engine/engine-fixture.js';
import type { OpenConnection } from '../engine/engine-fixture.js';
import { NameChanges } from '../engine/name-changes.js';
import { sessionOn } from '../session-fixture.js';
import type { Session } from '../sessions/session.js';
import { getSessionOptions, setSessionOptions } from './session-options.js';

const odd = `o'dd "one". x`;
const quoted = `"o'dd ""one"". x"`;

/** Sets the options in the order given; yields what is wrong with each, by name. */
async function set(session: Session, options: Record<string, string>) {
  const sessionOptions = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      { optionValue: { case: 'stringValue' as const, value } },
    ]),
  );
  const request = create(SetSessionOptionsRequestSchema, { sessionOptions });
  const { errors } = await setSessionOptions(session, request);
  return Object.fromEntries(
    Object.entries(errors).map(([name, { value }]) => [name, ErrorValue[value]]),
  );
}

async function place(session: Session): Promise<unknown[]> {
  const { sessionOptions } = await getSessionOptions(session);
  return ['catalog', 'schema'].map((name) => sessionOptions[name]?.optionValue.value);
}

describe('with databases attached', () => {
  let open: OpenConnection;
  let session: Session;

  beforeEach(async () => {
    open = await openConnection();
    session = sessionOn(open.connection);
    for (const sql of [
      "ATTACH ':memory:' AS other",
      `ATTACH ':memory:' AS ${quoted}`,
      'CREATE SCHEMA audit',
      'CREATE SCHEMA other.audit',
      `CREATE SCHEMA other.${quoted}`,
      `CREATE SCHEMA ${quoted}.${quoted}`,
      'CREATE SCHEMA ours',
      'CREATE SCHEMA theirs',
    ]) {
      await open.raw.run(sql);
    }
  });

  afterEach(() => {
    open.close();
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['main', { catalog: 'other' }, ['other', 'main']],
    ['audit', { catalog: 'other' }, ['other', 'audit']],
    ['ours', { catalog: 'other' }, ['other', 'main']],
    ['audit', { catalog: odd }, [odd, 'main']],
    ['audit', { catalog: 'memory' }, ['memory', 'audit']],
    ['main', { catalog: 'other', schema: 'audit' }, ['other', 'audit']],
    ['main', { schema: 'audit', catalog: 'other' }, ['other', 'audit']],
    ['ours', { schema: odd, catalog: 'other' }, ['other', odd]],
    ['ours', { catalog: odd, schema: odd }, [odd, odd]],
    ['ours', { schema: 'theirs' }, ['memory', 'theirs']],
    ['ours', {}, ['memory', 'ours']],
  ])('from the schema %s, %j leads to %j', async (from, options, expected) => {
    await open.raw.run(`USE memory.${from}`);
    expect(await set(session, options)).toEqual({});
    expect(await place(session)).toEqual(expected);
  });

  it.each<[Record<string, string>, Record<string, string>, string[]]>([
    [{ catalog: 'nowhere' }, { catalog: 'INVALID_VALUE' }, ['memory', 'ours']],
    [{ catalog: 'theirs' }, { catalog: 'INVALID_VALUE' }, ['memory', 'ours']],
    [{ catalog: '' }, { catalog: 'INVALID_VALUE' }, ['memory', 'ours']],
    [{ catalog: 'system' }, { catalog: 'INVALID_VALUE' }, ['memory', 'ours']],
    [{ catalog: 'other.audit' }, { catalog: 'INVALID_VALUE' }, ['memory', 'ours']],
    [{ schema: 'nowhere' }, { schema: 'INVALID_VALUE' }, ['memory', 'ours']],
    [{ schema: 'other' }, { schema: 'INVALID_VALUE' }, ['memory', 'ours']],
    [{ schema: 'other.audit' }, { schema: 'INVALID_VALUE' }, ['memory', 'ours']],
    [{ catalog: 'other', schema: 'ours' }, { schema: 'INVALID_VALUE' }, ['other', 'main']],
    [{ catalog: 'nowhere', schema: 'audit' }, { catalog: 'INVALID_VALUE' }, ['memory', 'audit']],
    [{ colour: 'red', catalog: 'other' }, { colour: 'INVALID_NAME' }, ['other', 'main']],
  ])('of %j, %j is wrong, and it leads to %j', async (options, errors, expected) => {
    await open.raw.run('USE memory.ours');
    expect(await set(session, options)).toEqual(errors);
    expect(await place(session)).toEqual(expected);
  });

  it('leaves the client’s transaction as it is, whatever is wrong', async () => {
    await open.raw.run('CREATE TABLE t (i INTEGER); BEGIN; INSERT INTO t VALUES (1)');
    await set(session, { catalog: 'nowhere', schema: 'nothing' });
    await set(session, { catalog: 'other' });
    await open.raw.run('COMMIT');
    expect(await open.connection.rows('SELECT i FROM memory.main.t')).toEqual([[1]]);
  });

  it('tells the guard that names may stand for others', async () => {
    const before = open.connection.names.count;
    await set(session, { catalog: 'other' });
    expect(open.connection.names.count).toBeGreaterThan(before);
  });
});

it('enters a catalog without a schema main as the engine would', async () => {
  const executed: string[] = [];
  const connection: Partial<Connection> = {
    names: new NameChanges(),
    rows: (sql) => Promise.resolve(sql.includes('duckdb_databases') ? [[1]] : [['here', 'ours']]),
    execute: (sql) => {
      executed.push(sql);
      return sql === 'USE "pg"' ? Promise.resolve() : Promise.reject(new Error('no such schema'));
    },
  };
  expect(await set(sessionOn(connection), { catalog: 'pg' })).toEqual({});
  expect(executed).toEqual(['USE "pg"."ours"', 'USE "pg"."main"', 'USE "pg"']);
});
