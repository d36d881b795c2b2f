import { printValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import type { Expectation } from './expectation.js';

/** Rows of a result, or of the records that a scenario looks at. */
export type Rows = readonly (readonly PlainValue[])[];

/** What a scenario's table asks for: one expectation a column, of every row. */
export type ExpectedRows = readonly (readonly Expectation[])[];

/**
 * Compares rows with what was expected of them, one to one; undefined when they
 * match, else what is wrong, for a reader. In any order, a row may stand for
 * only one expected row, but for whichever makes the whole come out right.
 */
export function mismatch(
  expected: ExpectedRows,
  actual: Rows,
  order: 'in order' | 'in any order',
): string | undefined {
  if (expected.length === actual.length) {
    const unmatched =
      order === 'in order'
        ? expected.findIndex((row, place) => !rowMatches(row, actual[place] ?? []))
        : unassigned(expected, actual);
    if (unmatched === -1) {
      return undefined;
    }
    const missing = expected[unmatched] ?? [];
    return `no row for ${printExpectations(missing)} among ${printRows(actual)}`;
  }
  return `${actual.length} rows instead of ${expected.length}: ${printRows(actual)}`;
}

/** Rows for a message; the first twenty of them. */
export function printRows(rows: Rows): string {
  const shown = rows.slice(0, 20).map((row) => `(${row.map(printValue).join(', ')})`);
  const more = rows.length > shown.length ? [`and ${rows.length - shown.length} more`] : [];
  return rows.length === 0 ? 'no rows' : [...shown, ...more].join(', ');
}

/** Expected rows for a message. */
export function printExpected(rows: ExpectedRows): string {
  return rows.length === 0 ? 'no rows' : rows.map(printExpectations).join(', ');
}

function printExpectations(row: readonly Expectation[]): string {
  return `(${row.map(({ text }) => text).join(', ')})`;
}

function rowMatches(expected: readonly Expectation[], actual: readonly PlainValue[]): boolean {
  return (
    expected.length === actual.length &&
    expected.every((expectation, column) => expectation.matches(actual[column] ?? null))
  );
}

/** The first expected row that is left over in every assignment to actual rows, or -1. */
function unassigned(expected: ExpectedRows, actual: Rows): number {
  const takenBy = new Map<number, number>();
  const assign = (row: number, tried: Set<number>): boolean =>
    actual.some((candidate, place) => {
      if (tried.has(place) || !rowMatches(expected[row] ?? [], candidate)) {
        return false;
      }
      tried.add(place);
      const holder = takenBy.get(place);
      if (holder === undefined || assign(holder, tried)) {
        takenBy.set(place, row);
        return true;
      }
      return false;
    });
  return expected.findIndex((_, row) => !assign(row, new Set()));
}
