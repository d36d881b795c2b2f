import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConnection } from './engine-fixture.js';
import type { OpenConnection } from './engine-fixture.js';
import { limitDirectories } from './limit-directories.js';

let folder: string;
let open: OpenConnection;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limit-directories-'));
  for (const name of ['in', 'out', 'inside', 'secrets']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'a.csv'), 'a\n1\n');
  }
  open = await openConnection(join(folder, 'main.db'));
  await run(`ATTACH '${folder}/other.db' AS other`);
  await run(`SET secret_directory = '${folder}/secrets'`);
});

afterEach(async () => {
  open.close();
  await rm(folder, { recursive: true });
});

/** Runs a statement in which `~` is the folder. */
async function run(sql: string): Promise<unknown[][]> {
  return open.connection.rows(sql.replaceAll('~', folder));
}

const inside = [
  "FROM '~/in/a.csv'",
  "FROM 'file://~/in/a.csv'",
  "FROM read_csv('~/in/*.csv')",
  "COPY (SELECT 1) TO '~/in/b.csv'",
  "ATTACH '~/in/new.db' AS new",
  "EXPORT DATABASE '~/in/exported'",
];
const outside = [
  "FROM '~/out/a.csv'",
  "FROM '~/inside/a.csv'",
  "FROM '~/in/../out/a.csv'",
  "FROM 'file://~/out/a.csv'",
  "FROM read_csv('~/out/*.csv')",
  "FROM glob('~/*')",
  "FROM read_text('/proc/self/environ')",
  "FROM read_blob('~/secrets/a.csv')",
  "COPY (SELECT 1) TO '~/out/b.csv'",
  "COPY (SELECT 1) TO '~/out' (FORMAT parquet, PER_THREAD_OUTPUT)",
  "ATTACH '~/out/new.db' AS new",
  "EXPORT DATABASE '~/out/exported'",
  "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
  "SET temp_directory = '~/out'",
  "SET log_query_path = '~/out/log'",
  "SET allowed_directories = ['~/out']",
  'RESET allowed_directories',
  "SET allowed_paths = ['~/out/a.csv']",
  'SET enable_external_access = true',
  'RESET enable_external_access',
  "LOAD '~/in/any.duckdb_extension'",
  "FROM read_csv('https://example.org/a.csv')",
  "SET home_directory = '~/out'; FROM read_csv('\x7e/a.csv')",
  "SET file_search_path = '~/out'; FROM read_csv('a.csv')",
];

describe('with one directory allowed', () => {
  beforeEach(() => limitDirectories(open.connection, [join(folder, 'in')]));

  it.each(inside)('%s works', async (sql) => {
    await run(sql);
  });

  it.each(outside)('%s is refused', async (sql) => {
    const parts = sql.split('; ').map((part) => part.replaceAll('~', folder).replace('\x7e', '~'));
    const all = async () => {
      for (const part of parts) {
        await open.connection.rows(part);
      }
    };
    await expect(all()).rejects.toThrow(
      /file system operations are disabled|disabled (by|through) configuration|Cannot (change|enable)/,
    );
    expect(await readdir(join(folder, 'out'))).toEqual(['a.csv']);
    expect(await readFile(join(folder, 'out/a.csv'), 'utf8')).toBe('a\n1\n');
  });

  it('what is attached can be written and read, what is large spills, settings can be set', async () => {
    await run("SET memory_limit = '60MB'");
    await run(
      "CREATE TABLE large AS SELECT range AS a, repeat('x', 100) AS b FROM range(1_000_000)",
    );
    const spilt = 'SELECT system.main.sum(size) > 0 FROM system.main.duckdb_temporary_files()';
    await run('CREATE TEMP TABLE sorted AS FROM large ORDER BY b, a DESC');
    expect(await run(spilt)).toEqual([[true]]);
    expect(await run('SELECT max(a) FROM sorted')).toEqual([[999_999n]]);
    await run('CHECKPOINT');
    await run('CREATE TABLE other.t AS SELECT 1');
    await run('CHECKPOINT other');
    await run("SET TimeZone = 'Asia/Tokyo'");
  });

  it('secrets can be made and looked at', async () => {
    await run("CREATE SECRET s (TYPE http, BEARER_TOKEN 'x')");
    expect(await run('SELECT name FROM duckdb_secrets()')).toEqual([['s']]);
  });
});

it('knows the secrets that were kept before', async () => {
  await run("CREATE PERSISTENT SECRET kept (TYPE http, BEARER_TOKEN 'x')");
  open.close();
  open = await openConnection(join(folder, 'main.db'));
  await run(`SET secret_directory = '${folder}/secrets'`);
  await limitDirectories(open.connection, [folder]);
  expect(await run('SELECT name FROM duckdb_secrets()')).toEqual([['kept']]);
});

it('says what a URL lacks that the engine would take for a folder', async () => {
  await expect(
    limitDirectories(open.connection, [folder, 's3://bucket/folder']),
  ).rejects.toMatchObject({
    kind: 'invalid-argument',
    message: expect.stringMatching(/^The allowed directory 's3:.*LOAD httpfs$/) as string,
  });
});

it('says so where the init SQL has limited them already', async () => {
  await run('SET enable_external_access = false');
  await expect(limitDirectories(open.connection, [folder])).rejects.toMatchObject({
    kind: 'invalid-argument',
    message: expect.stringMatching(/^The allowed directories cannot be set: .*/) as string,
  });
});
