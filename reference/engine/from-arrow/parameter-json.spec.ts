import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  FLOAT,
  HUGEINT,
  INTEGER,
  INTERVAL,
  LIST,
  MAP,
  STRUCT,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMESTAMP_NS,
  VARCHAR,
} from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parametersJson, valueJson } from './parameter-json.js';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
});
afterAll(() => {
  connection.closeSync();
});

const bigintOf = (bits: number): fc.Arbitrary<bigint> =>
  fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n });
const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)),
});

/** What the engine prints for a bound value. */
async function printed(value: DuckDBValue, type: DuckDBType): Promise<unknown> {
  const statement = await connection.prepare('SELECT CAST(? AS VARCHAR)');
  statement.bindValue(1, value, type);
  const text = (await statement.runAndReadAll()).getRows()[0]?.[0];
  statement.destroySync();
  return text;
}

test('no parameters are recorded as NULL', () => {
  expect(parametersJson({ values: [], types: [] })).toBeNull();
});

test('parameters stand in their order, each by its type', () => {
  const row = {
    values: [1, null, 'a', 0.1, true],
    types: [INTEGER, VARCHAR, VARCHAR, DOUBLE, BOOLEAN],
  };
  expect(parametersJson(row)).toBe('[1,null,"a",0.1,true]');
});

describe('numbers', () => {
  test('integers keep every digit', () => {
    fc.assert(
      fc.property(bigintOf(128), (value) => {
        expect(BigInt(valueJson(value, HUGEINT))).toBe(value);
      }),
    );
  });

  test('decimals keep every digit, in JSON’s grammar', () => {
    const decimal = fc
      .integer({ min: 1, max: 38 })
      .chain((width) =>
        fc.tuple(
          fc.bigInt({ min: -(10n ** BigInt(width)) + 1n, max: 10n ** BigInt(width) - 1n }),
          fc.constant(width),
          fc.integer({ min: 0, max: width }),
        ),
      );
    fc.assert(
      fc.property(decimal, ([value, width, scale]) => {
        const json = valueJson(new DuckDBDecimalValue(value, width, scale), DECIMAL(width, scale));
        expect(json).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/);
        const [, fraction = ''] = json.split('.');
        expect(fraction.length).toBe(scale);
        expect(BigInt(json.replace('.', ''))).toBe(value);
      }),
    );
  });

  test('floats come back, in double and in single precision', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(JSON.parse(valueJson(value, DOUBLE))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const json = valueJson(value, FLOAT);
        expect(Math.fround(JSON.parse(json) as number)).toBe(value);
        expect(json.replace(/^-|\.|e.*$/g, '').replace(/^0+|0+$/g, '').length).toBeLessThan(10);
      }),
    );
  });

  test.each([
    [0.1, FLOAT, Math.fround(0.1), '0.1'],
    [16777216, FLOAT, 16777216, '16777216'],
    [1e21, DOUBLE, 1e21, '1e+21'],
    [-0, DOUBLE, -0, '-0.0'],
    [NaN, DOUBLE, NaN, '"NaN"'],
    [Infinity, FLOAT, Infinity, '"Infinity"'],
    [-Infinity, DOUBLE, -Infinity, '"-Infinity"'],
  ])('%s as %s', (_, type, value, json) => {
    expect(valueJson(value, type)).toBe(json);
  });
});

describe('texts and bytes', () => {
  test('any text comes back, and the record of it is valid Unicode', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = valueJson(text, VARCHAR);
        expect(JSON.parse(json)).toBe(text);
        expect(json.isWellFormed()).toBe(true);
        expect(json).not.toMatch(/[\u0000-\u001f]/);
      }),
    );
  });

  test('a very long text is not cut', () => {
    const text = '"\n€'.repeat(1_000_000);
    expect(JSON.parse(valueJson(text, VARCHAR))).toBe(text);
  });

  test('bytes are base64', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const json = JSON.parse(valueJson(new DuckDBBlobValue(bytes), BLOB)) as string;
        expect(new Uint8Array(Buffer.from(json, 'base64'))).toEqual(bytes);
      }),
    );
  });
});

describe('dates and times read as the engine prints them', () => {
  const timestamps = fc.bigInt({ min: -(2n ** 57n), max: 2n ** 61n });
  test.each([
    [
      'DATE',
      fc.integer({ min: -2_000_000, max: 100_000_000 }).map((d) => new DuckDBDateValue(d)),
      DATE,
    ],
    ['TIMESTAMP', timestamps.map((t) => new DuckDBTimestampValue(t)), TIMESTAMP],
    ['TIMESTAMP_NS', timestamps.map((t) => new DuckDBTimestampNanosecondsValue(t)), TIMESTAMP_NS],
    ['TIMESTAMPTZ', timestamps.map((t) => new DuckDBTimestampTZValue(t)), TIMESTAMPTZ],
    [
      'INTERVAL',
      fc
        .tuple(
          fc.integer({ min: -5000, max: 5000 }),
          fc.integer({ min: -5000, max: 5000 }),
          bigintOf(50),
        )
        .map(([months, days, micros]) => new DuckDBIntervalValue(months, days, micros)),
      INTERVAL,
    ],
  ] as [string, fc.Arbitrary<DuckDBValue>, DuckDBType][])('%s', async (_, arbitrary, type) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (value) => {
        expect(JSON.parse(valueJson(value, type))).toBe(await printed(value, type));
      }),
      { numRuns: 200 },
    );
  });

  test('the infinities', () => {
    expect(valueJson(DuckDBTimestampTZValue.PosInf, TIMESTAMPTZ)).toBe('"infinity"');
    expect(valueJson(DuckDBTimestampTZValue.NegInf, TIMESTAMPTZ)).toBe('"-infinity"');
  });
});

describe('nested values', () => {
  test('keys that are no text are their JSON', () => {
    const dates = new DuckDBMapValue([
      { key: new DuckDBDateValue(0), value: 1n },
      { key: new DuckDBDateValue(1), value: null },
    ]);
    expect(valueJson(dates, MAP(DATE, BIGINT))).toBe('{"1970-01-01":1,"1970-01-02":null}');
    const lists = new DuckDBMapValue([{ key: new DuckDBListValue(['a"']), value: 0.1 }]);
    expect(JSON.parse(valueJson(lists, MAP(LIST(VARCHAR), FLOAT)))).toEqual({ '["a\\""]': 0.1 });
  });

  test('any depth, with the types of the innermost', () => {
    const depth = 500;
    let value: DuckDBValue = Math.fround(0.1);
    let type: DuckDBType = FLOAT;
    let json = '0.1';
    for (let i = 0; i < depth; i++) {
      value = new DuckDBListValue([new DuckDBStructValue({ '"': value })]);
      type = LIST(STRUCT({ '"': type }));
      json = `[{"\\"":${json}}]`;
    }
    expect(valueJson(value, type)).toBe(json);
  });

  test('whatever the members hold, the record is JSON', () => {
    const { tree } = fc.letrec<{ tree: DuckDBValue }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        anyText,
        bigintOf(64),
        fc.double(),
        fc.constant(null),
        fc.array(tie('tree')).map((items) => new DuckDBListValue(items)),
        fc.dictionary(anyText, tie('tree')).map((entries) => new DuckDBStructValue(entries)),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(JSON.parse(`[${valueJson(value, undefined)}]`)).toHaveLength(1);
      }),
    );
  });
});
