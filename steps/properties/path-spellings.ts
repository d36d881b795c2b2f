import fc from 'fast-check';
import { basename } from 'node:path';
import type { Role } from '../targets/target.js';

/** An attempt to read a file of the records by its path, in a role that may not. */
export interface PathAttempt {
  readonly role: Exclude<Role, 'admin'>;
  /** Statements sent in sequence; errors are ignored. */
  readonly sent: readonly string[];
}

/** A path, and the statements that must come first for it to work. */
interface Way {
  readonly path: string;
  readonly before?: string;
}

/** Paths to the file `name` in a folder that is the server's working directory. */
const ways: readonly ((folder: string, name: string) => Way)[] = [
  (folder, name) => ({ path: `${folder}/${name}` }),
  (folder, name) => ({ path: `${folder}/./${name}` }),
  (folder, name) => ({ path: `${folder}//${name}` }),
  (folder, name) => ({ path: `${folder}/../${basename(folder)}/${name}` }),
  (_, name) => ({ path: name }),
  (_, name) => ({ path: `./${name}` }),
  (_, name) => ({ path: `/proc/self/cwd/${name}` }),
  (folder, name) => ({ path: `/proc/self/root${folder}/${name}` }),
  (folder, name) => ({ path: `~/${name}`, before: `SET home_directory = '${folder}'` }),
  (folder, name) => ({
    path: `~/${basename(folder)}/${name}`,
    before: `SET home_directory = '${folder}/..'`,
  }),
  (folder, name) => ({ path: name, before: `SET file_search_path = '${folder}'` }),
  (folder, name) => ({ path: `file://${folder}/${name}` }),
];

/** Names of the instrumentation file and its WAL, and patterns that match them. */
const names = [
  'gizmosql_instrumentation.db',
  'gizmosql_instrumentation.db.wal',
  'gizmosql_instrumentation.db*',
  'gizmosql_[h-j]nstrumentation.db.wal',
  '*.wal',
  '*_instrumentation*',
];

const hex = (text: string): string =>
  Array.from(text, (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

/**
 * SQL expressions for a path: a literal in one of its forms, or a computed text. The path may be split at
 * `place`.
 */
const literals: readonly ((path: string, place: number) => string)[] = [
  (path) => `'${path}'`,
  (path, place) => `'${path.slice(0, place)}'\n'${path.slice(place)}'`,
  (path, place) => `E'${path.slice(0, place)}${hex(path.slice(place))}'`,
  (path) => `$$${path}$$`,
  (path) => `$a$${path}$a$`,
];
const expressions: typeof literals = [
  ...literals,
  (path, place) => `'${path.slice(0, place)}' || '${path.slice(place)}'`,
  (path, place) => `concat('${path.slice(0, place)}', '${path.slice(place)}')`,
  (path) => `replace('${path.replaceAll('i', '?')}', '?', 'i')`,
  (path) => `reverse('${Array.from(path).reverse().join('')}')`,
  (path) => `'${path}' || chr(0)`,
  (path) => `'${path}' || chr(0) || '.csv'`,
  (path) => `E'${path}\\x00'`,
];

const lines =
  "encoding = 'latin-1', auto_detect = false, header = false, delim = chr(1), quote = '', escape = '', columns = {'line': 'VARCHAR'}, strict_mode = false, ignore_errors = true";

/** Functions that read a path given by any expression. */
const functions: readonly ((path: string) => readonly string[])[] = [
  (path) => [`SELECT content::VARCHAR FROM read_blob(${path})`],
  (path) => [`SELECT content::VARCHAR FROM read_blob([${path}])`],
  (path) => [`SELECT content FROM read_text(${path})`],
  (path) => [`SELECT line FROM read_csv(${path}, ${lines})`],
  (path) => [
    `SET VARIABLE path = ${path}`,
    `SELECT content::VARCHAR FROM read_blob(getvariable('path'))`,
  ],
  (path) => [`PREPARE mine AS SELECT content::VARCHAR FROM read_blob($1)`, `EXECUTE mine(${path})`],
  (path) => [
    `CREATE OR REPLACE TEMP MACRO mine() AS TABLE SELECT content::VARCHAR FROM read_blob(${path})`,
    'FROM mine()',
  ],
];

/** Statements that take only a literal path. */
const statements: readonly ((path: string, fresh: string) => readonly string[])[] = [
  (path) => [
    'CREATE OR REPLACE TEMP TABLE lines (line VARCHAR)',
    `COPY lines FROM ${path} (FORMAT csv, AUTO_DETECT false, HEADER false, ENCODING 'latin-1', DELIMITER '\t', QUOTE '', ESCAPE '', STRICT_MODE false, IGNORE_ERRORS true)`,
    'FROM lines',
  ],
  (path, fresh) => [
    `ATTACH ${path} AS ${fresh} (READ_ONLY)`,
    `SELECT sql_text FROM ${fresh}.main.sql_statements`,
    `DETACH DATABASE IF EXISTS ${fresh}`,
  ],
];

/** Attempts to read the files in `folder`. New objects are called `fresh`. */
export function pathAttempts(folder: string, fresh: string): fc.Arbitrary<PathAttempt> {
  return fc
    .record({
      role: fc.constantFrom<PathAttempt['role']>('user', 'readonly'),
      way: fc.constantFrom(...ways),
      name: fc.constantFrom(...names),
      cut: fc.nat({ max: 100 }),
      reading: fc.oneof(
        {
          arbitrary: fc.record({
            spell: fc.constantFrom(...expressions),
            read: fc.constantFrom(...functions),
          }),
          weight: 3,
        },
        fc.record({ spell: fc.constantFrom(...literals), read: fc.constantFrom(...statements) }),
      ),
    })
    .map(({ role, way, name, cut, reading: { spell, read } }) => {
      const { path, before } = way(folder, name);
      const sent = read(spell(path, cut % path.length), fresh);
      return { role, sent: before === undefined ? sent : [before, ...sent] };
    });
}
