import type { Answer, ConformanceReport, Evidence, RequirementReport, Setting } from './model.js';

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

/** The settings that decide what is judged; the others decide what is made of it. */
const notRepeated = ['parallel', 'fail-fast', 'strict', 'known-failures', 'flaky'];
/** Those that a run has without being told. */
const defaults: Readonly<Record<string, Setting>> = {
  spec: '1.17',
  visibility: 10,
  timeout: 30,
  'property-runs': 30,
};

/** So many scenarios are repeated by their numbers; more of them by the requirement's id. */
const mostNumbers = 5;

/**
 * The command that repeats what went wrong with a requirement, against the same server and with the same
 * generated values: the scenarios with its status, or all of its scenarios where those are many.
 */
export function repeatCommand(
  { id, status, scenarios }: Pick<RequirementReport, 'id' | 'status' | 'scenarios'>,
  { seed, settings }: Pick<ConformanceReport, 'seed' | 'settings'>,
): string {
  const numbers = scenarios.filter((each) => each.status === status).map(({ number }) => number);
  const areFew =
    numbers.length > 0 && numbers.length <= mostNumbers && numbers.length < scenarios.length;
  const only =
    areFew && numbers.every((number) => number !== undefined)
      ? numbers.map((number) => `${id}/${number}`).join(' ')
      : id;
  const flags = Object.entries(settings)
    .filter(
      ([name, value]) =>
        !notRepeated.includes(name) &&
        value !== null &&
        value !== false &&
        value !== defaults[name],
    )
    .flatMap(([name, value]) =>
      value === true
        ? [`--${name}`]
        : [value].flat().map((each) => `--${name}${separator(each)}${quote(String(each))}`),
    );
  return ['npx gizmosql-conformance run', ...flags, `--only ${only}`, `--seed ${seed}`].join(' ');
}

/** A value that begins with a dash must not be taken for a flag. */
function separator(value: Setting): string {
  return String(value).startsWith('-') ? '=' : ' ';
}

/** A word as a shell reads it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
