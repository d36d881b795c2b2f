import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenJson } from './broken-json.js';
import { anyJson, isSameJson, smallJson } from './json-texts.js';
import { actors, modelOf, setBy, tagScripts } from './query-tag-script.js';
import { clearingSpellings, setSpellings } from './set-spellings.js';

let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  instance = await DuckDBInstance.create();
  connection = await instance.connect();
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** Whether DuckDB takes each text for JSON. */
async function areJson(texts: readonly string[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const text of texts) {
    const reader = await connection.runAndReadAll(
      'SELECT TRY_CAST($1::VARCHAR AS JSON) IS NOT NULL',
      [text],
    );
    answers.push(reader.getRows()[0]?.[0]);
  }
  return answers;
}

const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] =>
  fc.sample(arbitrary, { seed: 1, numRuns });

function depthOf(value: unknown): number {
  return typeof value === 'object' && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
    : 0;
}

describe('anyJson', () => {
  it('is JSON for DuckDB, small and large', async () => {
    const texts = sample(anyJson, 1_000);
    expect((await areJson(texts)).indexOf(false)).toBe(-1);
    expect(texts.every((text) => isSameJson(text, text))).toBe(true);
    const sizes = texts.map((text) => Buffer.byteLength(text));
    expect(sizes.filter((size) => size > 4_096).length).toBeGreaterThan(50);
    expect(sizes.filter((size) => size < 200).length).toBeGreaterThan(500);
    expect(Math.max(...sizes)).toBeLessThan(200_000);
  });

  it('is nested deeply at times, but not beyond what engines can take', () => {
    const depths = sample(smallJson, 1_000).map((text) => depthOf(JSON.parse(text)));
    expect(depths.filter((depth) => depth > 20).length).toBeGreaterThan(100);
    expect(Math.max(...depths)).toBeLessThan(50);
  });

  it('has characters of all planes, written and escaped', () => {
    const all = sample(anyJson, 2_000).join('');
    for (const part of ['\\ud83', '\\uD83', '🦆', '\\u0000', '\\/', '\\"', '\u{10ffff}']) {
      expect(all).toContain(part);
    }
    const planes = Array.from({ length: 17 }, (_, plane) => plane);
    const seen = new Set(Array.from(all, (letter) => (letter.codePointAt(0) ?? 0) >> 16));
    expect(planes.filter((plane) => !seen.has(plane))).toEqual([]);
  });
});

describe('isSameJson', () => {
  it.each([
    ['{"a":1,"b":[1,2]}', '{ "b": [1.0, 2e0], "a": 1 }'],
    ['"\\ud83e\\udd86"', '"🦆"'],
    ['-0', '0'],
    ['{"__proto__":1}', '{"__proto__":1}'],
  ])('%s is %s', (one, other) => {
    expect(isSameJson(one, other)).toBe(true);
  });

  it.each([
    ['[1,2]', '[2,1]'],
    ['{"a":1}', '{"A":1}'],
    ['{"a":null}', '{}'],
    ['[null]', '[]'],
    ['1', '"1"'],
    ['0', 'false'],
    ['0.1', '0.10000000000000002'],
    ['"é"', '"e\u0301"'],
    ['{"__proto__":1}', '{"__proto__":2}'],
    ['{}', '[]'],
    ['"🦆"', '"\ufffd"'],
    ['{"a":1', '{"a":1}'],
  ])('%s is not %s', (one, other) => {
    expect(isSameJson(one, other)).toBe(false);
  });

  it('is false of what is no text', () => {
    expect(isSameJson(null, 'null')).toBe(false);
    expect(isSameJson(1, '1')).toBe(false);
  });
});

describe('brokenJson', () => {
  it('is no JSON for DuckDB either', async () => {
    const texts = sample(brokenJson, 2_000);
    const found = (await areJson(texts)).indexOf(true);
    expect(texts[found]).toBeUndefined();
    expect(texts.filter((text) => text.trim() === '')).toEqual([]);
  });
});

describe('setSpellings', () => {
  const value = `{"it's":"\\\\a 🦆"}`;

  /** The error of DuckDB for a setting that it does not know. */
  async function complaint(sql: string): Promise<string> {
    const error: unknown = await connection.run(sql).then(
      () => 'none',
      (thrown: unknown) => thrown,
    );
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }

  it('are SET for DuckDB, which does not know the setting', async () => {
    for (const { write } of sample(clearingSpellings, 1_000)) {
      const sql = write('query_tag', value);
      expect([sql, await complaint(sql)]).toEqual([
        sql,
        expect.stringMatching(/^Catalog Error: .*gizmosql\.query_tag/i),
      ]);
    }
  });

  it('are plain and odd', () => {
    const all = sample(setSpellings, 1_000);
    const plain = all.filter(({ isPlain }) => isPlain);
    expect(plain.length).toBeGreaterThan(200);
    expect(all.length - plain.length).toBeGreaterThan(400);
    const words = plain.map(({ write }) => write('query_tag', value));
    expect(
      words.filter((sql) => !/^\s*SET\s+gizmosql\.query_tag\s*=\s*'[^]*'[\s;]*$/i.test(sql)),
    ).toEqual([]);
  });
});

describe('tagScripts', () => {
  it('set tags of their own, and leave statements with each kind of tag', () => {
    const models = sample(tagScripts, 300).map(modelOf);
    const statements = models.flatMap((model) => model.statements);
    expect(statements.filter(({ tag }) => tag !== null).length).toBeGreaterThan(100);
    expect(statements.filter(({ tag, hadTag }) => tag === null && hadTag).length).toBeGreaterThan(
      50,
    );
    expect(statements.filter(({ otherHadTag }) => otherHadTag).length).toBeGreaterThan(100);
    expect(statements.filter(({ tag, who }) => tag !== null && setBy(tag) !== who)).toEqual([]);
    for (const { texts } of models) {
      const tags = [...texts.values()].filter((text) => text !== '');
      expect(new Set(tags).size).toBe(tags.length);
      expect(tags.map(setBy).every((by) => actors.some((each) => each === by))).toBe(true);
    }
  });
});
