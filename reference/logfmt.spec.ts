import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logfmt } from './logfmt.js';

/** Reads a line back, by the grammar alone: a plain word or a JSON string after each key. */
function parse(line: string): [string, string][] {
  const pair = /([^\s"=]+)=("(?:[^"\\]|\\.)*"|[^\s"=]*)(?: |$)/gy;
  const pairs: [string, string][] = [];
  for (let match = pair.exec(line); match !== null; match = pair.exec(line)) {
    const [, key = '', value = ''] = match;
    pairs.push([key, value.startsWith('"') ? (JSON.parse(value) as string) : value]);
  }
  return pairs;
}

describe('logfmt', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ a: 'x', b: 1, c: true, d: null, e: 1.5 }, 'a=x b=1 c=true d=null e=1.5'],
    [{ a: 'two words', b: '' }, 'a="two words" b=""'],
    [{ a: 'x=1', b: 'say "hi"', c: 'a\\b' }, 'a="x=1" b="say \\"hi\\"" c="a\\\\b"'],
    [{ a: 'x\nlevel=error' }, 'a="x\\nlevel=error"'],
    [{ a: undefined, b: 2 }, 'b=2'],
    [{ a: ['x', { b: 1 }] }, 'a="[\\"x\\",{\\"b\\":1}]"'],
    [{ 'a key': 'ü' }, 'a_key=ü'],
    [{ a: '\u001b[31m\u2028\u0085' }, 'a="\\u001b[31m\\u2028\\u0085"'],
    [{ peer: 'ipv4:127.0.0.1:54590' }, 'peer=ipv4:127.0.0.1:54590'],
    [{}, ''],
  ])('writes %j', (fields, line) => {
    expect(logfmt(fields)).toBe(line);
  });

  it('lets every text be read back from one line without controls', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.string({ unit: 'binary' }), {
          noNullPrototype: true,
        }),
        (fields) => {
          const line = logfmt(fields);
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
          expect(parse(line)).toEqual(Object.entries(fields));
        },
      ),
    );
  });
});
