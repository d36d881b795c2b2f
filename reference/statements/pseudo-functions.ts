import { quoteIdentifier, quoteLiteral } from '../engine/identifiers.js';
import { callEnd, skipSpace, tokenize } from '../engine/tokens.js';
import type { Token } from '../engine/tokens.js';

/** The value of a pseudo-function: a VARCHAR, which may be NULL, or a BOOLEAN. */
export type PseudoFunctionValue = string | boolean | null;

/** The values of the pseudo-functions, by upper-case name. Other functions are left to the engine. */
export type PseudoFunctionValues = Readonly<Record<string, PseudoFunctionValue>>;

/** Replaces the server's pseudo-functions in a statement by their values. */
export type PseudoFunctions = (sql: string, values: PseudoFunctionValues) => string;

/** Keywords that end a select list. After them a comma does not separate select items. */
const clauseWords = new Set(
  'FROM WHERE GROUP HAVING WINDOW QUALIFY ORDER LIMIT OFFSET UNION EXCEPT INTERSECT USING INTO VALUES SET SAMPLE'.split(
    ' ',
  ),
);
const beforeItem = new Set(['SELECT', 'RETURNING', 'DISTINCT', 'ALL', ',']);
const afterItem = new Set([...clauseWords, ',', ')', ';', '']);

/**
 * Replaces calls by literals, in any letter case, with white space and comments allowed inside the
 * call. Text in literals, quoted identifiers and comments is unchanged, and so are calls of a function with a
 * schema. A call that is a whole select item keeps its column name: `GIZMOSQL_USER()`.
 */
export const substitutePseudoFunctions: PseudoFunctions = (sql, values) => {
  if (!/gizmosql_/i.test(sql)) {
    return sql;
  }
  const tokens = tokenize(sql);
  const output: string[] = [];
  const place = new PlaceTracker();
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    const end = callEnd(tokens, i);
    const name = token.text.toUpperCase();
    const value = token.kind === 'word' && Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || end === undefined || place.previous === '.') {
      place.see(token);
      output.push(token.text);
      continue;
    }
    const whole =
      place.clause === 'select' &&
      beforeItem.has(place.previous) &&
      afterItem.has(nextText(tokens, end));
    output.push(place.clause === 'order' ? expressionOf(value) : literalOf(value));
    output.push(whole ? ` AS ${quoteIdentifier(`${name}()`)}` : '');
    place.see({ kind: 'opaque', text: name });
    i = end - 1;
  }
  return output.join('');
};

/** A value as SQL. */
export function literalOf(value: PseudoFunctionValue): string {
  return typeof value === 'string' ? quoteLiteral(value) : expressionOf(value);
}

/** The same as an expression, because the engine refuses to order by a literal. It has the type, of NULL as well. */
function expressionOf(value: PseudoFunctionValue): string {
  const literal = typeof value === 'string' ? quoteLiteral(value) : String(value).toUpperCase();
  return `CAST(${literal} AS ${typeof value === 'boolean' ? 'BOOLEAN' : 'VARCHAR'})`;
}

function nextText(tokens: readonly Token[], at: number): string {
  return tokens[skipSpace(tokens, at)]?.text.toUpperCase() ?? '';
}

type Clause = 'select' | 'order' | 'other';

/** Tracks the clause of a query that each token is in, with brackets of all kinds. */
class PlaceTracker {
  /** The last token that was not white space, in upper case. */
  previous = '';
  clause: Clause = 'other';
  private readonly outer: Clause[] = [];

  see(token: Token): void {
    if (token.kind === 'space') {
      return;
    }
    const text = token.kind === 'opaque' ? '' : token.text.toUpperCase();
    if (text === '(' || text === '[' || text === '{') {
      this.outer.push(this.clause);
      this.clause = this.clause === 'order' ? 'order' : 'other';
    } else if (text === ')' || text === ']' || text === '}') {
      this.clause = this.outer.pop() ?? 'other';
    } else if (text === 'SELECT' || text === 'RETURNING') {
      this.clause = 'select';
    } else if (text === 'ORDER') {
      this.clause = 'order';
    } else if (text === ';' || clauseWords.has(text)) {
      this.clause = 'other';
    }
    this.previous = text;
  }
}
