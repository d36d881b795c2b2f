import type { DataTable } from '@cucumber/cucumber';
import { readExpectation } from './expectation.js';
import type { Expectation } from './expectation.js';
import type { World } from './world.js';

/** A scenario's table with a heading: the columns' names, and what is expected of each row. */
export function expectedRows(
  world: World,
  table: DataTable,
): { columns: string[]; rows: Expectation[][] } {
  const [columns = [], ...cells] = table.raw();
  const rows = cells.map((row) =>
    row.map((cell) => readExpectation(world.inCatalog(cell), world.recall)),
  );
  return { columns, rows };
}

/** A scenario's table without a heading: a column's name and what is expected of it, a row each. */
export function expectedRecord(
  world: World,
  table: DataTable,
): { columns: string[]; rows: Expectation[][] } {
  const fields = Object.entries(table.rowsHash());
  return {
    columns: fields.map(([column]) => column),
    rows: [fields.map(([, cell]) => readExpectation(world.inCatalog(cell), world.recall))],
  };
}
