import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openConnection } from './engine-fixture.js';
import type { OpenConnection } from './engine-fixture.js';
import { quoteIdentifier, quoteLiteral } from './identifiers.js';

let database: OpenConnection;
beforeAll(async () => {
  database = await openConnection();
});
afterAll(() => {
  database.close();
});

it('a quoted literal is the text, whatever is in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (left, right) => {
      for (const text of [left, `${left}'${right}`, `${left}\0${right}`]) {
        expect(await database.connection.rows(`SELECT ${quoteLiteral(text)}`)).toEqual([[text]]);
      }
    }),
    { numRuns: 50 },
  );
});

it('a quoted identifier is the name', async () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      const result = await database.raw.run(`SELECT 1 AS ${quoteIdentifier(`x"${text}`)}`);
      expect(result.columnNames()).toEqual([`x"${text}`]);
    }),
    { numRuns: 50 },
  );
});
