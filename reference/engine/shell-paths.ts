import { identifierOf } from './names-in-text.js';
import { sameName } from './relation-path.js';
import { tokenize } from './tokens.js';
import type { Token } from './tokens.js';

/** The catalog and schema under which clients see the records. */
export interface ShellName {
  readonly catalog: string;
  readonly schema: string;
}

/** The replacement for a path to a relation of the shell. */
export interface Replacement {
  /** The text in the position of a table, without the alias. */
  readonly table: string;
  /** The text before `.column`. */
  readonly column: string;
  /** The alias to add to a table that has none; empty for no alias. */
  readonly alias: string;
}

/**
 * Replaces the paths in an SQL text that begin with the shell's catalog and name one of its `relations`:
 * `catalog.relation` and `catalog.schema.relation`, quoted or not, in any letter case, and also before
 * `.column`. Literals and comments remain unchanged.
 */
export function replaceShellPaths(
  sql: string,
  shell: ShellName,
  relations: readonly string[],
  replacement: (relation: string) => Replacement,
): string {
  const tokens = tokenize(sql);
  const solid = tokens.flatMap(({ kind }, i) => (kind === 'space' ? [] : [i]));
  const at = (place: number) => tokens[solid[place] ?? -1];
  const isDot = (place: number) => at(place)?.text === '.';
  const parts: string[] = [];
  let copied = 0;
  for (let place = 0; place < solid.length; place++) {
    if (!sameIdentifier(at(place), shell.catalog) || isDot(place - 1) || !isDot(place + 1)) {
      continue;
    }
    const hasSchema =
      sameIdentifier(at(place + 2), shell.schema) &&
      isDot(place + 3) &&
      known(place + 4) !== undefined;
    const last = hasSchema ? place + 4 : place + 2;
    const relation = known(last);
    if (relation === undefined) {
      continue;
    }
    const { table, column, alias } = replacement(relation);
    const from = solid[place] ?? 0;
    parts.push(...tokens.slice(copied, from).map(({ text }) => text));
    parts.push(isDot(last + 1) ? column : isAlias(at(last + 1)) ? table : `${table}${alias}`);
    copied = (solid[last] ?? 0) + 1;
    place = last;
  }
  parts.push(...tokens.slice(copied).map(({ text }) => text));
  return parts.join('');

  function known(place: number): string | undefined {
    return relations.find((relation) => sameIdentifier(at(place), relation));
  }
}

function sameIdentifier(token: Token | undefined, name: string): boolean {
  const identifier = token && identifierOf(token);
  return typeof identifier === 'string' && sameName(identifier, name);
}

/** Words that may follow a table and are not its alias. */
const afterTables = new Set(
  `where group order having qualify window limit offset fetch union intersect except join left right full
   inner cross natural asof positional semi anti on using tablesample pivot unpivot returning select from
   when set values to default for then else end and or not is in between like ilike asc desc into with at`.split(
    /\s+/,
  ),
);

function isAlias(token: Token | undefined): boolean {
  return (
    token !== undefined &&
    identifierOf(token) !== null &&
    !(token.kind === 'word' && afterTables.has(token.text.toLowerCase()))
  );
}
