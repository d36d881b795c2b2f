import fc from 'fast-check';
import { basename } from 'node:path';
import type { Role } from '../targets/target.js';

/** A way to a file's bytes that somebody tries who may not read the records. */
export interface PathAttempt {
  readonly role: Exclude<Role, 'admin'>;
  /** Sent one after the other, whatever becomes of each. */
  readonly sent: readonly string[];
}

/** A path, and what has to be said beforehand for it to lead anywhere. */
interface Way {
  readonly path: string;
  readonly before?: string;
}

/** Ways to what is called `name` in a folder that is also where the server works. */
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

/** Names and patterns of the instrumentation file and the log beside it. */
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

/** What a path is written as: a literal in one of its forms, or what gives the text. The place is where it may be cut. */
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

/** What reads a path that any expression gives. */
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

/** What takes a literal only. */
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

/** Attempts on the files in `folder`, in which what is new is called `fresh`. */
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
