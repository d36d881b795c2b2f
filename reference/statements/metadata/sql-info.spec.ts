import { fromBinary } from '@bufbuild/protobuf';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { MapRow, Table, Vector } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  readFlightData,
  recordBatchFlightData,
  schemaFlightData,
} from '../../../protocol/arrow-ipc.js';
import { FlightDataSchema } from '../../../protocol/gen/flight_pb.js';
import { SqlInfo, SqlSupportsConvert } from '../../../protocol/gen/flight_sql_pb.js';
import { sqlConversions } from './sql-conversions.js';
import { sqlInfoSchema, sqlInfoTable } from './sql-info.js';
import type { SqlInfoFacts } from './sql-info-values.js';
import { sqlWords, sqlWordsSql } from './sql-words.js';

let connection: DuckDBConnection;
let facts: SqlInfoFacts;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = (await connection.runAndReadAll(sqlWordsSql)).getRows();
  facts = {
    serverName: 'a näme',
    serverVersion: 'v1',
    arrowVersion: '21',
    readOnly: true,
    allTablesSelectable: false,
    instrumentation: null,
    words: sqlWords(rows.map((row): [string, string] => [String(row[0]), String(row[1])])),
  };
});
afterAll(() => {
  connection.closeSync();
});

/** What a client reads: through the wire format and back. */
async function sent(table: Table): Promise<Map<number, unknown>> {
  const messages = [schemaFlightData(table.schema), ...table.batches.map(recordBatchFlightData)];
  const stream = await readFlightData(
    (async function* () {
      for (const message of messages) {
        yield await Promise.resolve(fromBinary(FlightDataSchema, message));
      }
    })(),
  );
  expect(stream?.schema.toString()).toBe(sqlInfoSchema.toString());
  const read = new Map<number, unknown>();
  for await (const batch of stream?.batches ?? []) {
    for (let row = 0; row < batch.numRows; row++) {
      read.set(batch.getChildAt(0)?.get(row) as number, plain(batch.getChildAt(1)?.get(row)));
    }
  }
  return read;
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if ('toArray' in value) {
    return Array.from(value as Vector) as unknown[];
  }
  const entries = [...(value as MapRow)] as [string, Vector][];
  return new Map(entries.map(([key, list]) => [Number(key), plain(list)]));
}

describe('GetSqlInfo', () => {
  test('every id that it answers travels with a value of its member', async () => {
    const values = await sent(sqlInfoTable([], facts));
    expect([...values.keys()]).toEqual([...values.keys()].sort((a, b) => a - b));
    expect(values.get(SqlInfo.FLIGHT_SQL_SERVER_NAME)).toBe('a näme');
    expect(values.get(SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY)).toBe(true);
    expect(values.get(SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION)).toBe(1);
    expect(values.get(SqlInfo.SQL_ALL_TABLES_ARE_SELECTABLE)).toBe(false);
    expect(values.get(SqlInfo.SQL_MAX_STATEMENT_LENGTH)).toBe(0n);
    expect(values.get(SqlInfo.SQL_SUPPORTED_SUBQUERIES)).toBe(15);
    expect(values.get(SqlInfo.SQL_OUTER_JOINS_SUPPORT_LEVEL), 'limited and full').toBe(0b110);
    expect(values.get(SqlInfo.SQL_DEFAULT_TRANSACTION_ISOLATION)).toBe(3n);
    expect(values.get(SqlInfo.SQL_KEYWORDS)).toEqual(facts.words.keywords);
    expect(values.get(SqlInfo.SQL_STRING_FUNCTIONS)).toEqual(facts.words.stringFunctions);
    expect(values.get(SqlInfo.SQL_SUPPORTS_CONVERT)).toEqual(sqlConversions);
  });

  test('only Substrait’s versions are missing: the JDBC driver throws where others are', async () => {
    const values = await sent(sqlInfoTable([], facts));
    const missing = Object.values(SqlInfo).filter(
      (id) => typeof id === 'number' && !values.has(id),
    );
    expect(missing).toEqual([
      SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_MIN_VERSION,
      SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_MAX_VERSION,
    ]);
    expect(
      [530, 550, 553, 575].map((id) => values.get(id)),
      'of procedures, cursors and locators',
    ).toEqual(['procedure', 0n, 0n, false]);
  });

  test('all are those of the standard; GizmoSQL’s own come when they are asked for', async () => {
    const withPlace = { ...facts, instrumentation: { catalog: 'c', schema: 's' } };
    for (const server of [facts, withPlace]) {
      const all = await sent(sqlInfoTable([], server));
      expect([...all.keys()].filter((id) => SqlInfo[id] === undefined)).toEqual([]);
    }
    const own = [10_000, 10_001, 10_002];
    expect([...(await sent(sqlInfoTable(own, facts)))]).toEqual([[10_000, false]]);
    expect([...(await sent(sqlInfoTable(own, withPlace)))]).toEqual([
      [10_000, true],
      [10_001, 'c'],
      [10_002, 's'],
    ]);
  });

  test('a number is int64, which JDBC casts to Long, unless it is a bitmask or called int32', async () => {
    const values = await sent(sqlInfoTable([], facts));
    const ids = (type: string) =>
      [...values].flatMap(([id, value]) => (typeof value === type ? [SqlInfo[id]] : []));
    expect(ids('number')).toEqual([
      'FLIGHT_SQL_SERVER_TRANSACTION',
      'FLIGHT_SQL_SERVER_STATEMENT_TIMEOUT',
      'FLIGHT_SQL_SERVER_TRANSACTION_TIMEOUT',
      'SQL_SUPPORTED_GROUP_BY',
      'SQL_SUPPORTED_GRAMMAR',
      'SQL_ANSI92_SUPPORTED_LEVEL',
      'SQL_OUTER_JOINS_SUPPORT_LEVEL',
      'SQL_SCHEMAS_SUPPORTED_ACTIONS',
      'SQL_CATALOGS_SUPPORTED_ACTIONS',
      'SQL_SUPPORTED_POSITIONED_COMMANDS',
      'SQL_SUPPORTED_SUBQUERIES',
      'SQL_SUPPORTED_UNIONS',
      'SQL_SUPPORTED_TRANSACTIONS_ISOLATION_LEVELS',
      'SQL_SUPPORTED_RESULT_SET_TYPES',
      'SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_UNSPECIFIED',
      'SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_FORWARD_ONLY',
      'SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_SENSITIVE',
      'SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_INSENSITIVE',
    ]);
    const counted = Object.keys(SqlInfo).filter(
      (name) => /^SQL_(MAX_|DB_SCHEMA_NAME_LENGTH)/.test(name) && !name.endsWith('INCLUDES_BLOBS'),
    );
    expect(ids('bigint')).toEqual([
      ...['SQL_IDENTIFIER_CASE', 'SQL_QUOTED_IDENTIFIER_CASE', 'SQL_NULL_ORDERING'],
      ...counted,
      'SQL_DEFAULT_TRANSACTION_ISOLATION',
    ]);
  });

  test('the ids asked for, in their order and once, unknown ones left out', async () => {
    const table = sqlInfoTable([563, 4_000_000_000, 504, 563, 0, 6], facts);
    const values = await sent(table);
    expect(table.numRows).toBe(3);
    expect([...values]).toEqual([
      [563, true],
      [504, '"'],
      [0, 'a näme'],
    ]);
  });

  test('nothing known: an empty answer of the same schema', async () => {
    expect(await sent(sqlInfoTable([9999], facts))).toEqual(new Map());
  });
});

describe('what it says of the engine', () => {
  test('the lists hold the engine’s words, each once', () => {
    for (const words of Object.values(facts.words) as string[][]) {
      expect(new Set(words).size).toBe(words.length);
    }
    expect(facts.words.keywords).toEqual(expect.arrayContaining(['SELECT', 'QUALIFY']));
    expect(facts.words.numericFunctions).toEqual(expect.arrayContaining(['abs', 'power', 'log10']));
    expect(facts.words.stringFunctions).toEqual(
      expect.arrayContaining(['upper', 'regexp_replace']),
    );
    expect(facts.words.datetimeFunctions).toEqual(expect.arrayContaining(['date_trunc', 'now']));
    expect(facts.words.datetimeFunctions).not.toContain('add');
    expect(facts.words.systemFunctions).toEqual(
      expect.arrayContaining(['version', 'current_schema']),
    );
  });

  test('CAST leads exactly where it says', async () => {
    const samples: [string, string][] = [
      ['BIGINT', '1'],
      ['BLOB', "'\\x01'"],
      ['BOOLEAN', 'true'],
      ['VARCHAR', "'1'"],
      ['DATE', "'2020-01-02'"],
      ['DECIMAL(18,3)', '1'],
      ['DOUBLE', '1'],
      ['INTEGER', '1'],
      ['INTERVAL', "'1 day'"],
      ['INTERVAL', "'1 month'"],
      ['BLOB', "'\\x01'"],
      ['VARCHAR', "'1'"],
      ['DECIMAL(18,3)', '1'],
      ['FLOAT', '1'],
      ['SMALLINT', '1'],
      ['TIME', "'01:02:03'"],
      ['TIMESTAMP', "'2020-01-02'"],
      ['TINYINT', '1'],
      ['BLOB', "'\\x01'"],
      ['VARCHAR', "'1'"],
    ];
    expect(samples.length).toBe(Object.keys(SqlSupportsConvert).length / 2);
    for (const [from, [type, sample]] of samples.entries()) {
      const allowed: number[] = [];
      for (const [to, [target]] of samples.entries()) {
        // A column of its own, lest the optimizer fold the cast away.
        const sql = `SELECT CAST(v AS ${target}) FROM (SELECT CAST(${sample} AS ${type}) AS v)`;
        const error = await connection.run(sql).then(
          () => '',
          (reason: unknown) => String(reason),
        );
        if (!error.includes('Unimplemented type for cast')) {
          allowed.push(to);
        }
      }
      expect([type, [...(sqlConversions.get(from) ?? [])].sort((a, b) => a - b)]).toEqual([
        type,
        allowed,
      ]);
    }
  });

  test.each([
    ['SQL_EXTRA_NAME_CHARACTERS', 'SELECT 1 AS a$b', true],
    ['SQL_SUPPORTED_GROUP_BY', 'SELECT count(*) FROM (VALUES (1)) AS t(x) GROUP BY x', true],
    [
      'SQL_SUPPORTS_ORDER_BY_UNRELATED',
      'SELECT x FROM (VALUES (1, 2)) AS t(x, y) ORDER BY y',
      true,
    ],
    ['SQL_SELECT_FOR_UPDATE_SUPPORTED', 'SELECT 1 FOR UPDATE', false],
    ['SQL_SAVEPOINTS_SUPPORTED', 'SAVEPOINT a', false],
    ['SQL_DDL_CATALOG', 'CREATE DATABASE a', false],
  ])('%s', async (_, sql, works) => {
    const ran = await connection.run(sql).then(
      () => true,
      () => false,
    );
    expect(ran).toBe(works);
  });
});
