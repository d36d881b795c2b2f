import { describe, expect, it } from 'vitest';
import { typedRows } from './parameters-table.js';

describe('typedRows', () => {
  it('reads the values of each type, and NULL of any', () => {
    const { columns, rows } = typedRows([
      ['BIGINT', 'VARCHAR', 'BOOLEAN', 'BLOB', 'DATE', 'DOUBLE'],
      ['9007199254740993', "'it''s'", 'true', "x'00ff'", '2026-01-31', '0.5'],
      ['NULL', "'NULL'", 'false', 'NULL', 'NULL', '-1'],
    ]);
    expect(columns.map(({ type }) => type)).toEqual([
      'BIGINT',
      'VARCHAR',
      'BOOLEAN',
      'BLOB',
      'DATE',
      'DOUBLE',
    ]);
    const date = new Date('2026-01-31T00:00:00Z');
    expect(rows).toEqual([
      [9007199254740993n, "it's", true, Buffer.from([0, 255]), date, 0.5],
      [null, 'NULL', false, null, null, -1],
    ]);
  });

  it('refuses types and texts that it cannot read', () => {
    expect(() => typedRows([['TEXT'], ["'x'"]])).toThrow("'TEXT' is no type");
    expect(() => typedRows([['VARCHAR'], ['x']])).toThrow('single quotes');
  });
});
