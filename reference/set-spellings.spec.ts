import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import { clearingSpellings, setSpellings } from '../steps/properties/set-spellings.js';
import type { SetSpelling } from '../steps/properties/set-spellings.js';
import { doors } from '../steps/scenario/doors.js';
import { useWorkshop } from './server-fixture.js';

const workshop = useWorkshop();
let client: FlightSqlClient;

beforeEach(async () => {
  client = await workshop.connect(await workshop.start());
});

async function tag(): Promise<unknown> {
  const { rows } = await client.query(
    "SELECT session_value FROM gizmosql_settings() WHERE name = 'gizmosql.query_tag'",
  );
  return rows[0]?.[0];
}

const sample = (spellings: fc.Arbitrary<SetSpelling>) =>
  fc.sample(spellings, { seed: 7, numRuns: 60 });

/** The suite lets a server refuse what is not the specification's spelling. This one takes all of DuckDB's. */
describe('SET in any spelling that DuckDB takes', () => {
  it('sets the value', async () => {
    for (const [at, { write, door }] of sample(setSpellings).entries()) {
      const value = JSON.stringify({ at, odd: `it's \\ "; -- /* $ 🦆` });
      const sql = write('query_tag', value);
      await doors[door](client, sql);
      expect([sql, await tag()]).toEqual([sql, value]);
    }
  });

  it('clears the value', async () => {
    for (const { write, door } of sample(clearingSpellings)) {
      await client.query("SET gizmosql.query_tag = '1'");
      const sql = write('query_tag', '');
      // A quoted name cannot be empty.
      const isNone = / *""/.test(sql);
      const answer = await doors[door](client, sql).then(
        () => 'taken',
        () => 'refused',
      );
      expect([sql, answer, await tag()]).toEqual(
        isNone ? [sql, 'refused', '1'] : [sql, 'taken', null],
      );
    }
  });
});

/** Other SQL that DuckDB executes. */
const otherSql = [
  `SET VARIABLE "gizmosql.query_tag" = '2'`,
  `SET VARIABLE gizmosql.query_tag = '2'`,
  `SELECT 'SET gizmosql.query_tag = ''2'''`,
  `-- SET gizmosql.query_tag = '2'\nSELECT 1`,
  `SELECT $$; SET gizmosql.query_tag = '2'$$`,
];

/** Texts that only look like a SET. */
const noSql = [
  `SET gizmosql.query_tag '2'`,
  `SET gizmosql.query_tag == '2'`,
  `SET gizmosql.query_tag := '2'`,
  `SET gizmosql..query_tag = '2'`,
  `SET 'gizmosql.query_tag' = '2'`,
  `SET gizmosql.query_tag = '2', '3'`,
  `SET gizmosql.query_tag = '2' '3'`,
  `SET SESSION GLOBAL gizmosql.query_tag = '2'`,
  `SET gizmosql = '2'`,
  `RESET gizmosql.query_tag = '2'`,
  `UNSET gizmosql.query_tag`,
  `SET GLOBAL gizmosql.query_tag = '2'`,
];

describe('what is no SET of a setting', () => {
  it('sets none', async () => {
    await client.query("SET gizmosql.query_tag = '1'");
    for (const sql of otherSql) {
      await client.query(sql);
      expect([sql, await tag()]).toEqual([sql, '1']);
    }
  });

  it('is refused if it is no SQL', async () => {
    await client.query("SET gizmosql.query_tag = '1'");
    for (const sql of noSql) {
      await expect(client.query(sql), sql).rejects.toThrow();
      expect([sql, await tag()]).toEqual([sql, '1']);
    }
  });
});
