import type { Answer, Evidence } from './model.js';

/** Who sent a statement: the role, and the user unless that says no more. */
export function describeSender({ role, username, session }: Evidence): string {
  const user = username === '' || username === role ? '' : ` (${username})`;
  return session === '' || session === role ? `as ${role}${user}` : `as ${role}${user}, ${session}`;
}

/** What came back, in one line of text, however many rows it was. */
export function describeAnswer({ answer, error }: Evidence): string {
  if (error !== undefined) {
    return `${error.code}: ${error.message}`;
  }
  return answer === undefined ? 'no answer was awaited' : describe(answer);
}

function describe(answer: Answer): string {
  if ('updated' in answer) {
    return `${count(answer.updated, 'row')} changed`;
  }
  if ('value' in answer) {
    return JSON.stringify(answer.value);
  }
  const { columns, rows, rowCount } = answer;
  const shown = rows.slice(0, 3).map((row) => JSON.stringify(row));
  const more = rowCount > shown.length ? [`... ${rowCount} rows in all`] : [];
  return [`${count(rowCount, 'row')} of (${columns.join(', ')})`, ...shown, ...more].join(' ');
}

/** A number of things in words: `1 row`, `2 rows`. */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

/** The command that repeats one requirement's scenarios alone, in the same order. */
export function repeatCommand(id: string, seed: number): string {
  return `npx gizmosql-conformance run --only ${id} --seed ${seed}`;
}
