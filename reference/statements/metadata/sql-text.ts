import { quoteLiteral } from '../../engine/identifiers.js';

/**
 * An equality condition; undefined without a name. An empty name requests objects without a catalog or
 * schema, so it matches nothing here.
 */
export function equals(column: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${column} = ${quoteLiteral(name)}`;
}

/**
 * A LIKE condition with Flight SQL's wildcards `%` and `_`, and `\` as the escape character
 * (SQL_SEARCH_STRING_ESCAPE). A trailing `\` stands for itself.
 */
export function like(column: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined) {
    return undefined;
  }
  const trailing = /\\*$/.exec(pattern)?.[0].length ?? 0;
  const complete = trailing % 2 === 1 ? `${pattern}\\` : pattern;
  return `system.main.like_escape(${column}, ${quoteLiteral(complete)}, '\\')`;
}

/** The positions of a list's items, from 1, one row each. */
export function positions(list: string): string {
  return `system.main.unnest(system.main.generate_series(1, system.main.len(${list})))`;
}

/**
 * The condition that metadata lists a database: all except the engine's own `system`. The arguments are the
 * columns with its name and internal flag.
 */
export function listedDatabase(name: string, internal: string): string {
  return `(NOT ${internal} OR ${name} = 'temp')`;
}

/** A WHERE clause of the given conditions; empty if there are none. */
export function where(...conditions: readonly (string | undefined)[]): string {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? '' : ` WHERE ${given.join(' AND ')}`;
}

/** An ORDER BY with explicit ASC, so that the session's default_order has no effect. */
export function orderBy(...columns: readonly string[]): string {
  return ` ORDER BY ${columns.map((column) => `${column} ASC`).join(', ')}`;
}
