import { quoteLiteral } from '../../engine/identifiers.js';

/** What a request leaves open narrows nothing; an empty name asks for what has none, so it matches nothing here. */
export function equals(column: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${column} = ${quoteLiteral(name)}`;
}

/**
 * A condition with Flight SQL's `%` and `_`, and `\` to mean either as it is
 * (SQL_SEARCH_STRING_ESCAPE). A `\` that ends a pattern stands for itself.
 */
export function like(column: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined) {
    return undefined;
  }
  const trailing = /\\*$/.exec(pattern)?.[0].length ?? 0;
  const complete = trailing % 2 === 1 ? `${pattern}\\` : pattern;
  return `system.main.like_escape(${column}, ${quoteLiteral(complete)}, '\\')`;
}

/** The positions in a list, from 1 on, a row each. */
export function positions(list: string): string {
  return `system.main.unnest(system.main.generate_series(1, system.main.len(${list})))`;
}

/** Whether metadata shows a database: every one but the engine's own `system`. The columns say its name and flag. */
export function listedDatabase(name: string, internal: string): string {
  return `(NOT ${internal} OR ${name} = 'temp')`;
}

/** A WHERE clause of the conditions that there are, or nothing. */
export function where(...conditions: readonly (string | undefined)[]): string {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? '' : ` WHERE ${given.join(' AND ')}`;
}

/** An ORDER BY that a session's default_order cannot turn round. */
export function orderBy(...columns: readonly string[]): string {
  return ` ORDER BY ${columns.map((column) => `${column} ASC`).join(', ')}`;
}
