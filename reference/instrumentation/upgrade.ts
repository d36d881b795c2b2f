import { columnsText, createIndexes, createTable } from './instrumentation-table.js';
import type { Constrained, InstrumentationTable } from './instrumentation-table.js';
import { tablesOf } from './revision.js';
import type { Revision } from './revision.js';

/** The tables that a store has: their columns by table name, as `columnsText` writes them. */
export type TablesThere = ReadonlyMap<string, string>;

/** How a store's tables relate to those of a server's revision. */
export type Relation =
  | { readonly is: 'same' }
  | { readonly is: 'older' | 'newer'; readonly revision: Revision }
  /** It is of no revision; `table` is one that does not match this one. */
  | { readonly is: 'foreign'; readonly table: string };

/**
 * Compares the tables of a store with a revision. Tables with other names are not looked at, and any may be
 * missing. Two revisions with the same columns are the same.
 */
export function relationOf(there: TablesThere, revision: Revision): Relation {
  const different = differentTable(there, revision);
  if (different === null) {
    return { is: 'same' };
  }
  const { known = [] } = revision;
  const own = known.findIndex(({ since }) => since === revision.since);
  const index = known.findIndex((other) => differentTable(there, other) === null);
  const found = known[index];
  return found === undefined || index === own
    ? { is: 'foreign', table: different }
    : { is: index < own ? 'older' : 'newer', revision: found };
}

/** The name of a table that has other columns than in a revision; null if there is none. */
function differentTable(there: TablesThere, revision: Revision): string | null {
  const found = tablesOf(revision).find(({ name, columns }) => {
    const present = there.get(name);
    return present !== undefined && present !== columnsText(columns);
  });
  return found?.name ?? null;
}

/**
 * The statements that make a store of an older revision one of `to`, to be executed in one transaction: all
 * rows are kept, new columns are NULL, and times without a zone are taken as UTC. They drop the views, and
 * leave missing tables, views and indexes to be created.
 */
export function upgrade(
  there: TablesThere,
  from: Revision,
  to: Revision,
  constrained: Constrained,
): readonly string[] {
  const after = tablesOf(to);
  return [
    ...Object.keys(from.views).map((view) => `DROP VIEW IF EXISTS ${view}`),
    ...tablesOf(from)
      .filter(({ name }) => there.has(name))
      .flatMap((table) => {
        const wanted = after.find(({ name }) => name === table.name);
        return wanted === undefined ? [] : changes(table, wanted, constrained);
      }),
  ];
}

function changes(
  from: InstrumentationTable,
  to: InstrumentationTable,
  constrained: Constrained,
): readonly string[] {
  const definition = ({ columns }: InstrumentationTable) => columnsText(columns);
  if (constrained.key) {
    const whole = (table: InstrumentationTable) =>
      [createTable(table, constrained), ...createIndexes(table, constrained)].join();
    return whole(from) === whole(to) ? [] : rebuilt(from, to, constrained);
  }
  // Without constraints, columns can be added in place, which copies nothing.
  return definition({ ...to, columns: firstColumns(to, from.columns.length) }) === definition(from)
    ? to.columns
        .slice(from.columns.length)
        .map(({ name, type }) => `ALTER TABLE ${to.name} ADD COLUMN ${name} ${type}`)
    : rebuilt(from, to, constrained);
}

function firstColumns({ columns }: InstrumentationTable, count: number) {
  return columns.slice(0, count) as unknown as InstrumentationTable['columns'];
}

/** Copies the rows to a new table. A type cannot be changed in place: DuckLake would convert at each reading, in the reader's time zone. */
function rebuilt(
  from: InstrumentationTable,
  to: InstrumentationTable,
  constrained: Constrained,
): readonly string[] {
  const next = `${to.name}_upgraded`;
  const kept = to.columns.flatMap(({ name, type }) => {
    const before = from.columns.find((column) => column.name === name);
    const isTimeWithoutZone = before?.type === 'TIMESTAMP' && type !== 'TIMESTAMP';
    const value = isTimeWithoutZone ? `system.main.timezone('UTC', ${name})` : name;
    return before === undefined ? [] : [{ name, value }];
  });
  return [
    createTable(to, constrained, next),
    `INSERT INTO ${next} (${kept.map(({ name }) => name).join(', ')})
     SELECT ${kept.map(({ value }) => value).join(', ')} FROM ${from.name}`,
    `DROP TABLE ${from.name}`,
    `ALTER TABLE ${next} RENAME TO ${to.name}`,
  ];
}
