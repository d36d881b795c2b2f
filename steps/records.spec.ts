import { describe, expect, it } from 'vitest';
import { foldDirectQueries } from './records.js';

const columns = ['sql_text', 'flight_method'];

describe('foldDirectQueries', () => {
  it('takes the second preparation of a direct query for the first', () => {
    const rows = [
      ['SELECT 1', 'GetFlightInfoStatement'],
      ['SELECT 1', 'DoGetStatement'],
      ['SELECT 2', 'CreatePreparedStatement'],
    ];
    expect(foldDirectQueries({ columns, rows })).toEqual([rows[0], rows[2]]);
  });

  it('leaves a fetch that nothing announced, a repeated one, and one of another text', () => {
    const unannounced = [['SELECT 1', 'DoGetStatement']];
    expect(foldDirectQueries({ columns, rows: unannounced })).toEqual(unannounced);
    const repeated = [
      ['SELECT 1', 'GetFlightInfoStatement'],
      ['SELECT 1', 'DoGetStatement'],
      ['SELECT 1', 'DoGetStatement'],
    ];
    expect(foldDirectQueries({ columns, rows: repeated })).toHaveLength(2);
    const other = [
      ['SELECT 1', 'GetFlightInfoStatement'],
      ['SELECT 2', 'DoGetStatement'],
    ];
    expect(foldDirectQueries({ columns, rows: other })).toEqual(other);
  });
});
