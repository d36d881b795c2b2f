import type { InstrumentationTable } from './instrumentation-table.js';

/**
 * All columns of a table for the SELECT list of a view, as `alias.column, …`, so that the view always has the
 * table's columns. `except` lists those to omit, `last` those to put at the end, and `as` gives new names.
 */
export function viewColumns(
  alias: string,
  { name: table, columns }: InstrumentationTable,
  options: {
    readonly except?: readonly string[];
    readonly last?: readonly string[];
    readonly as?: Readonly<Record<string, string>>;
  } = {},
): string {
  const { except = [], last = [], as = {} } = options;
  const names = columns.map(({ name }) => name);
  const unknown = [...except, ...last, ...Object.keys(as)].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(`no column ${unknown} in ${table}`);
  }
  const others = names.filter((name) => !except.includes(name) && !last.includes(name));
  return [...others, ...last]
    .map((name) => (name in as ? `${alias}.${name} AS ${as[name] ?? ''}` : `${alias}.${name}`))
    .join(', ');
}
