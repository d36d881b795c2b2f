import type { Connection } from './connection.js';
import { engineMessage } from './engine-error.js';
import { quoteIdentifier } from './identifiers.js';
import { pathText } from './relation-path.js';
import type { RelationPath } from './relation-path.js';
import { tokenize } from './tokens.js';

/** A user-defined macro with all its overloads. */
export interface Macro extends RelationPath {
  readonly isTable: boolean;
  readonly overloads: readonly Overload[];
}

interface Overload {
  readonly body: string;
  readonly parameters: readonly Parameter[];
}

interface Parameter {
  readonly name: string;
  /** Null for any type. */
  readonly type: string | null;
}

/** The macros that a connection can call. Of temporary macros, only its own. */
export async function listMacros(connection: Connection): Promise<readonly Macro[]> {
  const rows = await connection.rows(
    `SELECT database_name, schema_name, function_name, function_type = 'table_macro', macro_definition,
            parameters, parameter_types
     FROM system.main.duckdb_functions()
     WHERE NOT internal AND function_type IN ('macro', 'table_macro')`,
  );
  const macros = Map.groupBy(rows, (row) => JSON.stringify(row.slice(0, 4)));
  return [...macros.values()].map((overloads) => {
    const [catalog, schema, name, isTable] = overloads[0] ?? [];
    return {
      catalog: String(catalog),
      schema: String(schema),
      name: String(name),
      isTable: isTable === true,
      overloads: overloads.map(([, , , , body, names, types]) => {
        const known = items(types);
        return {
          body: String(body),
          parameters: items(names).map((each, i) => ({
            name: String(each),
            type: textOrNull(known[i]),
          })),
        };
      }),
    };
  });
}

/**
 * Creates the macro on `to` as it is on `from`. The catalog does not show parameter defaults; they are read
 * from the engine's error message for a call that fits no overload. Throws if the two engines' messages
 * differ afterwards.
 */
export async function copyMacro(from: Connection, to: Connection, macro: Macro): Promise<void> {
  const said = await candidates(from, macro);
  const defaults = said === null ? null : readDefaults(said, macro);
  const overloads = macro.overloads.map(({ body, parameters }, i) => {
    const list = parameters.map(({ name, type }, j) => {
      const value = defaults?.[i]?.[j];
      return [quoteIdentifier(name), type, value == null ? null : `:= ${value}`]
        .filter((part) => part !== null)
        .join(' ');
    });
    return `(${list.join(', ')}) AS ${macro.isTable ? `TABLE (${body})` : body}`;
  });
  const kind = macro.catalog === 'temp' ? 'TEMP MACRO' : 'MACRO';
  await to.execute(`CREATE OR REPLACE ${kind} ${pathText(macro)}${overloads.join(', ')}`);
  if (said !== null && (await candidates(to, macro)) !== said) {
    await to.execute(`DROP MACRO ${macro.isTable ? 'TABLE ' : ''}${pathText(macro)}`);
    throw new Error(`the macro ${macro.name} has become another`);
  }
}

/** The engine's list of the macro's overloads, one line `name(a, b := 3)` each; null if there is none. */
async function candidates(connection: Connection, macro: Macro): Promise<string | null> {
  const call = `${pathText(macro)}(${nobodysParameter} := NULL)`;
  try {
    (await connection.prepare(macro.isTable ? `FROM ${call}` : `SELECT ${call}`)).close();
    return null;
  } catch (error) {
    return (
      /\nCandidate macros:\n([\s\S]*?)\n\n(?:LINE \d+:|$)/.exec(engineMessage(error))?.[1] ?? null
    );
  }
}

const nobodysParameter = 'gizmosql_nobodys_parameter';

/**
 * The defaults of each overload's parameters as SQL, null for none. Returns null if the text has another
 * form.
 */
function readDefaults(said: string, { name, overloads }: Macro): (string | null)[][] | null {
  let rest = said;
  const all: (string | null)[][] = [];
  for (const { parameters } of overloads) {
    const found: (string | null)[] = [];
    if (!skip(`\t${name}(`)) {
      return null;
    }
    for (const [i, parameter] of parameters.entries()) {
      if (!skip(`${i === 0 ? '' : ', '}${labelOf(parameter)}`)) {
        return null;
      }
      const next = parameters[i + 1];
      found.push(skip(' := ') ? takeValue(next ? `, ${labelOf(next)}` : ')') : null);
    }
    if (!skip(')')) {
      return null;
    }
    skip('\n');
    all.push(found);
  }
  return rest === '' ? all : null;

  function skip(text: string): boolean {
    const there = rest.startsWith(text);
    rest = there ? rest.slice(text.length) : rest;
    return there;
  }

  /** Removes and returns the text before the next `end` that is outside of brackets. */
  function takeValue(end: string): string {
    let depth = 0;
    let at = 0;
    for (const token of tokenize(rest)) {
      if (depth === 0 && at > 0 && rest.startsWith(end, at)) {
        break;
      }
      depth += '([{'.includes(token.text) ? 1 : ')]}'.includes(token.text) ? -1 : 0;
      at += token.text.length;
    }
    const value = rest.slice(0, at);
    rest = rest.slice(at);
    return value;
  }
}

function labelOf({ name, type }: Parameter): string {
  return type === null ? name : `${name} ${type}`;
}

function items(value: unknown): readonly unknown[] {
  return (value as { readonly items?: readonly unknown[] } | null)?.items ?? [];
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
