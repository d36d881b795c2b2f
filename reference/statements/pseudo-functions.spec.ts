import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConnection } from '../engine/engine-fixture.js';
import type { OpenConnection } from '../engine/engine-fixture.js';
import { substitutePseudoFunctions } from './pseudo-functions.js';
import type { PseudoFunctionValues } from './pseudo-functions.js';

const values = { GIZMOSQL_USER: "o'hara", GIZMOSQL_ROLE: 'admin' };
const user = "'o''hara'";

let database: OpenConnection;
beforeAll(async () => {
  database = await openConnection();
  await database.connection.execute("CREATE TABLE t AS SELECT 'o''hara' AS name, 1 AS n");
});
afterAll(() => {
  database.close();
});

const substitute = (sql: string, given: PseudoFunctionValues = values) =>
  substitutePseudoFunctions(sql, given);

/** Runs the substituted statement: its columns' names and its rows. */
async function run(sql: string, given?: PseudoFunctionValues) {
  const result = await database.raw.run(substitute(sql, given));
  return { names: result.columnNames(), rows: await result.getRowsJson() };
}

describe('a call', () => {
  it.each([
    'gizmosql_user()',
    'GizmoSQL_User ( )',
    'GIZMOSQL_USER\n(\t)',
    'GIZMOSQL_USER/* a /* nested */ comment */( -- and a line\n)',
    'GIZMOSQL_USER\u00a0()',
  ])('is one however it is written: %j', (call) => {
    expect(substitute(`SELECT 1 WHERE ${call} = 'x'`)).toBe(`SELECT 1 WHERE ${user} = 'x'`);
  });

  it.each([
    "SELECT 'GIZMOSQL_USER()', 'it''s GIZMOSQL_USER()'",
    String.raw`SELECT E'\' GIZMOSQL_USER()'`,
    'SELECT $$ GIZMOSQL_USER() $$, $q$ $$ GIZMOSQL_USER() $q$',
    'SELECT "gizmosql_user"(), "GIZMOSQL_USER()"',
    'SELECT 1 -- GIZMOSQL_USER()\n, 2 /* GIZMOSQL_USER() /* */ GIZMOSQL_USER() */',
    'SELECT xGIZMOSQL_USER(), GIZMOSQL_USERS(), GIZMOSQL_USER_(), _GIZMOSQL_USER()',
    'SELECT éGIZMOSQL_USER(), €GIZMOSQL_USER(), GIZMOSQL_USERé(), GIZMOSQL_USER😀()',
    'SELECT main.gizmosql_user(), main . GIZMOSQL_USER ()',
    'SELECT gizmosql_user, GIZMOSQL_USER AS u FROM gizmosql_user',
    'CREATE TABLE mine (gizmosql_user VARCHAR)',
    'SELECT max((gizmosql_user)) FROM t',
    'SELECT GIZMOSQL_USER(1), GIZMOSQL_USER(x), GIZMOSQL_USER(*)',
    'SELECT GIZMOSQL_OTHER(), GIZMOSQL_CONSTRUCTOR(), toString(), $GIZMOSQL_USER()',
    'SELECT GIZMOSQL_USER(',
  ])('is none in %j', (sql) => {
    expect(substitute(sql)).toBe(sql);
  });

  it('leaves the rest of the text as it was', () => {
    expect(substitute("\tSELECT  'a' /* x */ WHERE\n gizmosql_role() = 'b';  -- end")).toBe(
      "\tSELECT  'a' /* x */ WHERE\n 'admin' = 'b';  -- end",
    );
  });

  it('is not looked for in what a value brings', () => {
    const nested = { GIZMOSQL_USER: "GIZMOSQL_ROLE()', GIZMOSQL_ROLE()", GIZMOSQL_ROLE: 'x' };
    expect(substitute('VALUES (GIZMOSQL_USER())', nested)).toBe(
      "VALUES ('GIZMOSQL_ROLE()'', GIZMOSQL_ROLE()')",
    );
  });
});

describe('the value of a call', () => {
  it.each([
    'SELECT GIZMOSQL_USER()',
    'SELECT DISTINCT GIZMOSQL_USER() FROM t',
    'SELECT ALL GIZMOSQL_USER() FROM t',
    'SELECT GIZMOSQL_USER() AS x',
    'SELECT GIZMOSQL_USER() x',
    'SELECT x: GIZMOSQL_USER()',
    'SELECT (GIZMOSQL_USER())',
    'SELECT (SELECT GIZMOSQL_USER())',
    'SELECT * FROM (SELECT GIZMOSQL_USER())',
    'WITH w AS (SELECT GIZMOSQL_USER()) FROM w',
    'FROM t SELECT GIZMOSQL_USER()',
    'VALUES (GIZMOSQL_USER())',
    'SELECT name FROM t WHERE name = GIZMOSQL_USER()',
    'SELECT name FROM t WHERE GIZMOSQL_USER() IN (name)',
    "SELECT name FROM t WHERE name IN ('x', GIZMOSQL_USER(), 'y')",
    'SELECT GIZMOSQL_USER() FROM t GROUP BY GIZMOSQL_USER()',
    'SELECT any_value(name) FROM t GROUP BY n, GIZMOSQL_USER()',
    'SELECT name FROM t ORDER BY n, GIZMOSQL_USER()',
    'SELECT name FROM t ORDER BY GIZMOSQL_USER() DESC NULLS FIRST LIMIT 1',
    'SELECT name FROM t ORDER BY (GIZMOSQL_USER()), name = GIZMOSQL_USER()',
    "SELECT string_agg(name, '' ORDER BY GIZMOSQL_USER()) FROM t",
    'SELECT max(GIZMOSQL_USER()) FROM t',
    'SELECT min(DISTINCT GIZMOSQL_USER()) FROM t',
    'SELECT max(GIZMOSQL_USER()) OVER (PARTITION BY n, GIZMOSQL_USER()) FROM t',
    "SELECT CASE WHEN GIZMOSQL_USER() = name THEN GIZMOSQL_USER() ELSE '' END FROM t",
    "SELECT '' || GIZMOSQL_USER()",
    "SELECT GIZMOSQL_USER() || ''",
    'SELECT GIZMOSQL_USER()::VARCHAR',
    'SELECT CAST(GIZMOSQL_USER() AS VARCHAR)',
    'SELECT [GIZMOSQL_USER()][1]',
    "SELECT ['a', GIZMOSQL_USER(), 'b'][2]",
    "SELECT {'a': 1, 'b': GIZMOSQL_USER(), 'c': 2}.b",
    "SELECT MAP {'k': GIZMOSQL_USER()}['k']",
    'SELECT list_transform([1], lambda x: GIZMOSQL_USER())[1]',
    "SELECT concat('', GIZMOSQL_USER(), '')",
    'SELECT GIZMOSQL_USER() WHERE true',
    'SELECT GIZMOSQL_USER() LIMIT 1',
    "SELECT name FROM t WHERE name = '' UNION ALL SELECT GIZMOSQL_USER()",
    'SELECT name FROM t QUALIFY row_number() OVER (ORDER BY GIZMOSQL_USER()) = 1',
    'SELECT coalesce(NULL, GIZMOSQL_USER());',
  ])('is there in %s', async (sql) => {
    expect((await run(sql)).rows).toEqual([["o'hara"]]);
  });

  it('is written, changed and given back', async () => {
    await run('CREATE TEMPORARY TABLE w (a VARCHAR, b VARCHAR)');
    expect(
      await run(
        'INSERT INTO w VALUES (GIZMOSQL_ROLE(), GIZMOSQL_USER()) RETURNING a, GIZMOSQL_USER()',
      ),
    ).toEqual({ names: ['a', 'GIZMOSQL_USER()'], rows: [['admin', "o'hara"]] });
    await run("INSERT INTO w SELECT GIZMOSQL_USER(), '2'");
    await run('UPDATE w SET b = GIZMOSQL_ROLE() WHERE a = GIZMOSQL_USER()');
    expect((await run('SELECT a, b FROM w ORDER BY ALL')).rows).toEqual([
      ['admin', "o'hara"],
      ["o'hara", 'admin'],
    ]);
    await run('DROP TABLE w');
  });

  it('is compared with a UUID as one', async () => {
    const id = '7b2a3c4d-5e6f-7890-abcd-ef1234567890';
    const sql = `SELECT '${id}'::UUID = GIZMOSQL_CURRENT_SESSION() AS same`;
    expect((await run(sql, { GIZMOSQL_CURRENT_SESSION: id })).rows).toEqual([[true]]);
  });

  it.each([
    ['SELECT typeof(f())', 'BOOLEAN', 'VARCHAR'],
    ['SELECT (f() IS NULL)::VARCHAR', 'false', 'true'],
    ['SELECT f()::VARCHAR', 'true', null],
    ['SELECT coalesce(f(), f())::VARCHAR', 'true', null],
    ['SELECT max(f())::VARCHAR FROM t GROUP BY n, f()', 'true', null],
    ['SELECT name FROM t ORDER BY n, f() DESC', "o'hara", "o'hara"],
    ['SELECT [f()][1]::VARCHAR', 'true', null],
  ])('is a BOOLEAN or NULL in %s', async (sql, ofBoolean, ofNull) => {
    const called = (name: string) => sql.replaceAll('f()', `${name} ( )`);
    const given = { GIZMOSQL_ON: true, GIZMOSQL_NONE: null };
    expect((await run(called('gizmosql_on'), given)).rows).toEqual([[ofBoolean]]);
    expect((await run(called('gizmosql_none'), given)).rows).toEqual([[ofNull]]);
  });

  it("is a whole column of the function's name, also of a BOOLEAN or NULL", async () => {
    const given = { GIZMOSQL_ON: false, GIZMOSQL_NONE: null };
    expect(await run('SELECT gizmosql_on(), gizmosql_none()', given)).toEqual({
      names: ['GIZMOSQL_ON()', 'GIZMOSQL_NONE()'],
      rows: [[false, null]],
    });
  });

  it('is any text, wherever the call stands', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.constantFrom("'", '"', '\\', '\0', '$$', '--', '/*', ';', 'a'))
        .map((all) => all.join('')),
    );
    const before = fc.constantFrom(
      '',
      ' ',
      '/* x */',
      '-- y\n',
      '\n',
      "'a' || ",
      "concat('a', ",
      "['a', ",
    );
    const inside = fc.constantFrom('', ' ', '/**/', '-- )\n');
    await fc.assert(
      fc.asyncProperty(text, before, inside, inside, async (value, lead, first, second) => {
        const close = lead.startsWith('concat') ? ", '')" : lead.startsWith('[') ? ", 'b'][2]" : '';
        const sql = `SELECT 1, ${lead}gizmosql_user${first}(${second})${close} AS c, 'GIZMOSQL_USER()'`;
        const result = await database.raw.run(substitute(sql, { GIZMOSQL_USER: value }));
        const prefix = lead.includes("'a' ||") || lead.startsWith('concat') ? 'a' : '';
        expect(await result.getRows()).toEqual([[1, prefix + value, 'GIZMOSQL_USER()']]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the name of a column', () => {
  it.each([
    ['SELECT gizmosql_user()', 'GIZMOSQL_USER()'],
    ['SELECT Gizmosql_User ( ) FROM t', 'GIZMOSQL_USER()'],
    ['SELECT DISTINCT gizmosql_user()', 'GIZMOSQL_USER()'],
    ['SELECT gizmosql_user() -- the end', 'GIZMOSQL_USER()'],
    ['SELECT gizmosql_user() ORDER BY 1', 'GIZMOSQL_USER()'],
    ['SELECT gizmosql_user() UNION SELECT 1::VARCHAR', 'GIZMOSQL_USER()'],
    ['SELECT * FROM (SELECT gizmosql_user())', 'GIZMOSQL_USER()'],
    ['SELECT gizmosql_user() AS x', 'x'],
    ['SELECT gizmosql_user() "x y"', 'x y'],
    ['SELECT x: gizmosql_user()', 'x'],
  ])('%s', async (sql, name) => {
    expect((await run(sql)).names).toEqual([name]);
  });

  it('is its own for each call of a list', async () => {
    const sql = "SELECT gizmosql_user(), n, ['a', gizmosql_user(), 'b'] l, gizmosql_role() FROM t";
    expect((await run(sql)).names).toEqual(['GIZMOSQL_USER()', 'n', 'l', 'GIZMOSQL_ROLE()']);
  });

  it.each(['(1)', '[1]', "{'a': 1}", "(([{'a': 1}]))"])('is its own after %s', async (before) => {
    const sql = `SELECT ${before} AS x, gizmosql_user()`;
    expect((await run(sql)).names).toEqual(['x', 'GIZMOSQL_USER()']);
  });

  it('is the same for a value that no literal can hold', async () => {
    expect((await run('SELECT gizmosql_user()', { GIZMOSQL_USER: 'a\0b' })).names).toEqual([
      'GIZMOSQL_USER()',
    ]);
  });
});
