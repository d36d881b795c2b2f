import { beforeEach, describe, expect, it } from 'vitest';
import type { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import { quoteLiteral } from './engine/identifiers.js';
import { parseRelease } from './release.js';
import { useWorkshop } from './server-fixture.js';

const workshop = useWorkshop();
let client: FlightSqlClient;
let other: FlightSqlClient;

beforeEach(async () => {
  const server = await workshop.start();
  client = await workshop.connect(server);
  other = await workshop.connect(server);
  await client.query('SELECT 0');
});

/** The session's tag, as text, once the row of its last statement was written. */
async function sessionTag(of = client): Promise<unknown> {
  const { rows } = await of.query(
    'SELECT session_tag::VARCHAR FROM _gizmosql_instr.sessions WHERE session_id = GIZMOSQL_CURRENT_SESSION()',
  );
  return rows[0]?.[0];
}

const tagsOf = async (of: FlightSqlClient, like: string) =>
  (
    await of.query(
      `SELECT query_tag::VARCHAR FROM _gizmosql_instr.sql_statements
       WHERE sql_text LIKE ${quoteLiteral(like)} AND NOT contains(sql_text, 'query_tag') AND session_id = GIZMOSQL_CURRENT_SESSION()
       ORDER BY created_time`,
    )
  ).rows.flat();

const tags = [
  '{"team":"data"}',
  ' [1, 2.50, 1e5, true, null, {"a": {"b": []}}] ',
  '"Zoë 😀   \\u00e9"',
  'null',
  '0',
  `{"it's": "a;b--c"}`,
  `${'['.repeat(400)}${']'.repeat(400)}`,
  JSON.stringify({ long: 'x'.repeat(200_000) }),
];

describe('session_tag', () => {
  it.each(tags)('is kept as it was sent: %.40s', async (tag) => {
    await client.update(`SET gizmosql.session_tag = ${quoteLiteral(tag)}`);
    await expect.poll(() => sessionTag()).toBe(tag);
    await expect.poll(() => sessionTag(other)).toBeNull();
  });

  it('replaces the one before it, until it is cleared', async () => {
    for (const tag of ['{"a":1}', '{"b":2}', '']) {
      await client.query(`SET gizmosql.session_tag = '${tag}'`);
      await expect.poll(() => sessionTag()).toBe(tag === '' ? null : tag);
    }
    await client.query(`SET gizmosql.session_tag = '3'`);
    await client.query(`RESET gizmosql.session_tag`);
    await expect.poll(() => sessionTag()).toBeNull();
  });

  it('is JSON in the table and the views', async () => {
    await client.query(`SET gizmosql.session_tag = '{"team":"data"}'`);
    const sql =
      "SELECT typeof(session_tag), session_tag ->> 'team' FROM _gizmosql_instr.active_sessions WHERE session_tag IS NOT NULL";
    await expect.poll(async () => (await other.query(sql)).rows).toEqual([['JSON', 'data']]);
  });

  it.each(["'{'", "'{''a'':1}'", "' '", "'{} {}'", 'abc', '\'"\\ud800"\''])(
    'stays as it was when %s is refused',
    async (value) => {
      await client.query(`SET gizmosql.session_tag = '{"kept":1}'`);
      await expect(client.query(`SET gizmosql.session_tag = ${value}`)).rejects.toThrow('JSON');
      await client.query('SELECT 1');
      await expect.poll(() => sessionTag()).toBe('{"kept":1}');
    },
  );
});

describe('query_tag', () => {
  it('is that of the statements after it', async () => {
    await client.query('SELECT 1 AS marked');
    await client.update(`SET gizmosql.query_tag = '{"n":1}'`);
    await client.query('SELECT 2 AS marked');
    await expect(client.query('SELECT marked')).rejects.toThrow();
    await expect(client.query("SET gizmosql.query_tag = '{'")).rejects.toThrow('JSON');
    await client.update('CREATE TEMP TABLE marked(i INT)');
    await other.query('SELECT 3 AS marked');
    await client.query(`SET gizmosql.query_tag = ''`);
    await client.update('INSERT INTO marked VALUES (1)');
    const one = '{"n":1}';
    // A query is two statements: it is prepared at GetFlightInfo and at DoGet.
    const expected = [null, null, one, one, one, one, null];
    await expect.poll(() => tagsOf(client, '%marked%')).toEqual(expected);
    await expect.poll(() => tagsOf(other, '%marked%')).toEqual([null, null]);
  });

  it('is that of the moment when the statement was prepared, however late it is executed', async () => {
    await client.update(`SET gizmosql.query_tag = '1'`);
    const prepared = await client.prepare('SELECT 1 AS early');
    await client.update(`SET gizmosql.query_tag = '2'`);
    await prepared.query();
    await expect.poll(() => tagsOf(client, '%1 AS early')).toEqual(['1']);
  });
});

it('is written by a server of 1.21, and unknown to one of 1.17', async () => {
  const start = async (text: string) => {
    const release = parseRelease(text);
    if (release === null) {
      throw new Error(text);
    }
    const folder = workshop.folder;
    const instrumentation = { enabled: true, databasePath: `${folder}/${text}.db` };
    return workshop.connect(
      await workshop.start({
        release,
        databaseFilename: null,
        instrumentation: { ...instrumentation, catalog: null, schema: 'main' },
      }),
    );
  };
  const [first, tagged] = [await start('1.17'), await start('1.21')];
  await tagged.query(`SET gizmosql.session_tag = '1'`);
  await expect.poll(() => sessionTag(tagged)).toBe('1');
  await expect(first.query(`SET gizmosql.session_tag = '1'`)).rejects.toThrow(
    'There is no setting gizmosql.session_tag; there are gizmosql.query_log_level, gizmosql.query_timeout',
  );
});
