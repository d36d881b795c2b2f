import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { useDatabase } from './database-fixture.js';
import { isJson } from './is-json.js';

const used = useDatabase();

/** Whether DuckDB can store a text as JSON. */
async function storable(text: string): Promise<boolean> {
  const [[stored] = []] = await used.connection.rows('SELECT try_cast($1 AS JSON) IS NOT NULL', [
    text,
  ]);
  return stored === true;
}

describe('isJson', () => {
  it.each([
    ...['{}', '[]', '1', '"a"', 'null', ' { "a" : [ 1 , -0.5e3 , true ] } \n', '""', '1e999'],
    ...['{"a":1,"a":2}', String.raw`"\ud83d\ude00"`, String.raw`"\\ud800"`, '"\u2028😀"'],
    String.raw`"\u0000\"\/\b"`,
    `${'['.repeat(5000)}${']'.repeat(5000)}`,
  ])('accepts %j', async (text) => {
    expect(isJson(text)).toBe(true);
    expect(await storable(text)).toBe(true);
  });

  it.each([
    ...['', ' ', '{', '{a: 1}', "'a'", 'NaN', '[1,]', '{"a": Infinity}', '01', '1 2', '\ufeff{}'],
    ...['"\n"', '"\u0001"', 'nul', 'True', '// x\n1', String.raw`"\x41"`],
    ...[String.raw`"\ud800"`, String.raw`"\udc00\ud800"`, String.raw`{"\uD83D\\ude00": 1}`],
  ])('refuses %j', (text) => {
    expect(isJson(text)).toBe(false);
  });

  it('accepts nothing that DuckDB cannot store', async () => {
    const escape = fc.constantFrom('\\ud800', '\\udc00', '\\\\', '\\"', '\\u0041', 'x', '\\n');
    const escapes = fc.array(escape).map((all) => `"${all.join('')}"`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string(), escapes), async (text) => {
        fc.pre(isJson(text));
        expect(await storable(text)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('accepts every value as JSON.stringify writes it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) =>
        isJson(JSON.stringify(value)),
      ),
    );
  });
});
