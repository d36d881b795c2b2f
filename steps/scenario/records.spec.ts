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

  it('leaves a second record that says something else of the statement', () => {
    const more = ['statement_id', ...columns, 'created_time', 'is_internal', 'prepare_error'];
    const first = ['1', 'SELECT 1', 'GetFlightInfoStatement', 10n, false, null];
    const same = ['2', 'SELECT 1', 'DoGetStatement', 20n, false, null];
    expect(foldDirectQueries({ columns: more, rows: [first, same] })).toEqual([first]);
    for (const place of [4, 5]) {
      const other = same.with(place, place === 4 ? true : 'no such table');
      expect(foldDirectQueries({ columns: more, rows: [first, other] })).toHaveLength(2);
    }
  });
});
