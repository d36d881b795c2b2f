import { printValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import type { Expectation } from './expectation.js';

/** Rows of a result or of records. */
export type Rows = readonly (readonly PlainValue[])[];

/** The expected rows, with one expectation per column. */
export type ExpectedRows = readonly (readonly Expectation[])[];

/**
 * Compares rows with the expected ones, one to one. Returns undefined if they match, otherwise a description.
 * In any order, each row matches at most one expected row, and the assignment that matches most is used.
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

/** The first twenty rows as text for a message. */
export function printRows(rows: Rows): string {
  const shown = rows.slice(0, 20).map((row) => `(${row.map(printValue).join(', ')})`);
  const more = rows.length > shown.length ? [`and ${rows.length - shown.length} more`] : [];
  return rows.length === 0 ? 'no rows' : [...shown, ...more].join(', ');
}

/** Expected rows as text for a message. */
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

/** The first expected row that no assignment can match, or -1 if all match. */
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
