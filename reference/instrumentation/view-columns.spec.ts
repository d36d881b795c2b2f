import { expect, it } from 'vitest';
import { viewColumns } from './view-columns.js';

const table = {
  name: 't',
  open: 'b IS NULL',
  columns: [
    { name: 'a', type: 'UUID' },
    { name: 'b', type: 'VARCHAR' },
    { name: 'c', type: 'BIGINT' },
  ],
} as const;

it('lists all columns of a table, in order', () => {
  expect(viewColumns('x', table)).toBe('x.a, x.b, x.c');
});

it('leaves some out, puts some last and renames some', () => {
  expect(viewColumns('x', table, { except: ['a'], last: ['b'], as: { b: 'd' } })).toBe(
    'x.c, x.b AS d',
  );
});

it.each([{ except: ['z'] }, { last: ['z'] }, { as: { z: 'y' } }])(
  'names a column that the table lacks: %j',
  (options) => {
    expect(() => viewColumns('x', table, options)).toThrow('no column z in t');
  },
);
