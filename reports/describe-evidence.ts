import type { Answer, ConformanceReport, Evidence, RequirementReport, Setting } from './model.js';

/** The sender of a statement: the role, and the user name unless it is the same. */
export function describeSender({ role, username, session }: Evidence): string {
  const user = username === '' || username === role ? '' : ` (${username})`;
  return session === '' || session === role ? `as ${role}${user}` : `as ${role}${user}, ${session}`;
}

/** The answer in one line, whatever its number of rows. */
export function describeAnswer({ answer, error }: Evidence): string {
  if (error !== undefined) {
    return `${error.code}: ${error.message}`;
  }
  return answer === undefined ? 'the scenario did not wait for an answer' : describe(answer);
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

/** Settings that do not change what is tested, only how the outcome is reported or how fast it is there. */
const notRepeated = ['parallel', 'fail-fast', 'strict', 'known-failures', 'flaky'];
/** Values that need no repeating, because they are the defaults. */
const defaults: Readonly<Record<string, Setting>> = {
  spec: 'auto',
  visibility: 10,
  timeout: 30,
  'property-runs': 30,
};

/** Up to this many scenarios are listed by number; beyond it the requirement's id stands for all. */
const mostNumbers = 5;

/**
 * The command that repeats a failed requirement against the same server with the same generated values. It
 * names the scenarios that have the requirement's status, or all scenarios if those are many.
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

/** `--flag -x` would be read as two flags. */
function separator(value: Setting): string {
  return String(value).startsWith('-') ? '=' : ' ';
}

/** Quotes a word for a POSIX shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
