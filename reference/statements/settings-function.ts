import { quoteLiteral } from '../engine/identifiers.js';
import { callEnd, skipSpace, tokenize } from '../engine/tokens.js';
import type { Token } from '../engine/tokens.js';
import type { ListedSetting } from './gizmosql-settings.js';

const columns = {
  name: ({ name }) => name,
  value: ({ value }) => value,
  session_value: ({ sessionValue }) => sessionValue,
  global_value: ({ globalValue }) => globalValue,
  scope: ({ scope }) => scope,
  default_value: ({ defaultValue }) => defaultValue,
  cli_flag: ({ flag }) => flag,
  env_var: ({ variable }) => variable,
  description: ({ description }) => description,
} as const satisfies Readonly<Record<string, (setting: ListedSetting) => string | null>>;

const functionName = 'gizmosql_settings';

/** Words that may follow a table of FROM and are no alias. */
const noAlias = new Set(
  'WHERE GROUP HAVING WINDOW QUALIFY ORDER LIMIT OFFSET UNION EXCEPT INTERSECT USING SAMPLE TABLESAMPLE ON JOIN INNER LEFT RIGHT FULL CROSS NATURAL SEMI ANTI ASOF POSITIONAL LATERAL SELECT PIVOT UNPIVOT RETURNING SET FETCH FOR'.split(
    ' ',
  ),
);

/** Whether a text may call the function. */
export function namesSettings(sql: string): boolean {
  return sql.toLowerCase().includes(functionName);
}

/**
 * Replaces calls of the table function `gizmosql_settings()` by a query of the session's settings, as other
 * pseudo-functions are replaced by their values. `list` is called only if there is such a call.
 */
export function substituteSettings(sql: string, list: () => readonly ListedSetting[]): string {
  if (!namesSettings(sql)) {
    return sql;
  }
  const tokens = tokenize(sql);
  const output: string[] = [];
  let previous = '';
  for (let i = 0; i < tokens.length; i++) {
    const { kind, text } = tokens[i] as Token;
    const end =
      kind === 'word' && text.toLowerCase() === functionName ? callEnd(tokens, i) : undefined;
    if (end === undefined || previous === '.') {
      output.push(text);
    } else {
      output.push(`(${settingsQuery(list())})${hasAlias(tokens, end) ? '' : ` ${functionName}`}`);
      i = end - 1;
    }
    previous = kind === 'space' ? previous : text;
  }
  return output.join('');
}

function hasAlias(tokens: readonly Token[], at: number): boolean {
  const next = tokens[skipSpace(tokens, at)];
  return (
    next !== undefined &&
    (next.text.startsWith('"') || (next.kind === 'word' && !noAlias.has(next.text.toUpperCase())))
  );
}

function settingsQuery(settings: readonly ListedSetting[]): string {
  const names = Object.keys(columns);
  const rows = settings.map((setting) => {
    const values = Object.values(columns).map((column) => {
      const value = column(setting);
      return value === null ? 'NULL::VARCHAR' : quoteLiteral(value);
    });
    return `(${values.join(', ')})`;
  });
  return `SELECT * FROM (VALUES ${rows.join(', ')}) settings(${names.join(', ')})`;
}
