import type { DataTable } from '@cucumber/cucumber';
import { readExpectation } from './expectation.js';
import type { Expectation } from './expectation.js';
import type { World } from './world.js';

/** The column names and expected rows of a scenario's table with a heading. */
export function expectedRows(
  world: World,
  table: DataTable,
): { columns: string[]; rows: Expectation[][] } {
  const [columns = [], ...cells] = table.raw();
  const rows = cells.map((row) => row.map((cell) => expectation(world, cell)));
  return { columns, rows };
}

/** The column names and expectations of a scenario's table without a heading: one column per row. */
export function expectedRecord(
  world: World,
  table: DataTable,
): { columns: string[]; rows: Expectation[][] } {
  const fields = Object.entries(table.rowsHash());
  return {
    columns: fields.map(([column]) => column),
    rows: [fields.map(([, cell]) => expectation(world, cell))],
  };
}

/** The records' times are timestamps, with or without a zone, as the revision says. */
function expectation({ memory, catalogue }: World, cell: string): Expectation {
  const { type } = catalogue.byId.get('sessions.start_time') ?? {};
  const hasZone = type === 'TIMESTAMP WITH TIME ZONE';
  const precise = cell === 'a timestamp' && hasZone ? 'a time with a zone' : cell;
  return readExpectation(memory.inCatalog(precise), memory.recall);
}
