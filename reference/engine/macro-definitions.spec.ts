import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openConnection } from './engine-fixture.js';
import type { OpenConnection } from './engine-fixture.js';
import { copyMacro, listMacros } from './macro-definitions.js';

let from: OpenConnection;
let to: OpenConnection;
beforeEach(async () => {
  from = await openConnection();
  to = await openConnection();
});
afterEach(() => {
  from.close();
  to.close();
});

async function copyAll(): Promise<void> {
  for (const macro of await listMacros(from.connection)) {
    await copyMacro(from.connection, to.connection, macro);
  }
}

it.each([
  ['m(a, b := 3) AS a + b', 'm(1)'],
  [
    "m(a, \"b, c\" := 'd, b', e := [1, 2], f := {'g': ')'}) AS [a::VARCHAR, \"b, c\", e::VARCHAR, f.g]",
    'm(1)',
  ],
  [
    'm(a INTEGER, "B q" VARCHAR := \'x\'\'y\', c DECIMAL(4,2) := 1.5) AS concat(a, "B q", c)',
    "m(1), m(1, c := 2), m(1, 'z')",
  ],
  [
    'm(a) AS a, (a, b, c := -1) AS a * b * c, (a, b, c, d := NULL) AS d',
    'm(1), m(1, 2), m(1, 2, c := 4, d := 5)',
  ],
  ["m(d := DATE '2020-01-01', i := INTERVAL 3 DAY, b := '\\xAA'::BLOB) AS (d + i, b)", 'm()'],
  ['m() AS 1', 'm()'],
])('makes a macro that answers as its original does: %s', async (definition, calls) => {
  await from.connection.execute(`CREATE MACRO ${definition}`);
  await copyAll();
  const answers = (open: OpenConnection) => open.connection.rows(`SELECT (${calls}, 0)::VARCHAR`);
  expect(await answers(to)).toStrictEqual(await answers(from));
});

it('makes table macros and names with quotes', async () => {
  await from.connection.execute(
    `CREATE MACRO "a""b c"(n, m := 2) AS TABLE (SELECT * FROM range(n * m)), (n, m, o) AS TABLE (SELECT o)`,
  );
  await copyAll();
  for (const call of ['(2)', '(2, m := 1)', '(1, 2, 3)']) {
    const sql = `FROM "a""b c"${call}`;
    expect(await to.connection.rows(sql)).toStrictEqual(await from.connection.rows(sql));
  }
});

it('leaves no macro of which the engines do not say the same', async () => {
  await from.connection.execute('CREATE MACRO m(a, b := 3) AS a + b');
  const prepare = from.connection.prepare.bind(from.connection);
  vi.spyOn(from.connection, 'prepare').mockImplementation(async (sql) =>
    prepare(sql).catch((error: unknown) => {
      throw new Error(String(error).replace('b := 3', 'b := 1 + 2'));
    }),
  );
  await expect(copyAll()).rejects.toThrow('the macro m has become another');
  await expect(to.connection.rows('SELECT m(1)')).rejects.toThrow('m does not exist');
});
