import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGuarded } from './guard-fixture.js';
import type { Guarded } from './guard-fixture.js';
import { refusals } from './refusals.js';

let guarded: Guarded;

beforeAll(async () => {
  guarded = await openGuarded();
  mkdirSync(join(guarded.folder, 'sub'));
  symlinkSync(guarded.folder, join(guarded.folder, 'sub', 'up'));
});

afterAll(() => {
  guarded.close();
});

const verdict = (sql: string) => guarded.verdict('admin', sql);

describe("an admin's statement that names a file of the server's own is refused", () => {
  test.each([
    "COPY t TO 'FOLDER/instrumentation.db'",
    "; COPY t TO 'FOLDER/instrumentation.db' (FORMAT csv)",
    "COPY t TO 'FOLDER/sub/../instrumentation.db'",
    "COPY t TO 'FOLDER/sub/up/instrumentation.db'",
    "COPY t TO 'FOLDER/link.txt'",
    "COPY t TO 'FOLDER/hard.db'",
    "COPY t TO 'file:FOLDER/instrumentation.db'",
    "COPY t TO 'file://localhostFOLDER/instrumentation.db'",
    'COPY t TO $$FOLDER/instrumentation.db$$',
    "COPY (SELECT 1 AS a, 2) TO 'FOLDER' (PARTITION_BY (a), OVERWRITE)",
    "COPY t TO 'FOLDER/sub/up' (FORMAT parquet, PER_THREAD_OUTPUT, OVERWRITE_OR_IGNORE)",
    "PREPARE x AS COPY t TO 'FOLDER/instrumentation.db'",
    "EXPLAIN ANALYZE COPY t TO 'FOLDER/instrumentation.db'",
    "/* */ explain (analyze, format json) COPY t TO 'FOLDER/instrumentation.db'",
    "EXPORT DATABASE beside TO 'FOLDER'",
    "ATTACH 'FOLDER/hard.db' AS g (READ_ONLY)",
    "FROM read_text('FOLDER/link.txt')",
    "FROM read_blob('FOLDER/instr*')",
    "CREATE TABLE x AS FROM read_blob('FOLDER/hard.db')",
    "SET temp_directory = 'FOLDER/instrumentation.db'",
    "SET GLOBAL log_query_path = 'FOLDER/hard.db'",
    "PRAGMA profiling_output = 'FOLDER/instrumentation.db'",
    "FROM enable_profiling(save_location := 'FOLDER/hard.db')",
  ])('%s', async (sql) => {
    expect([sql, await verdict(sql)]).toEqual([sql, refusals.ownFile().message]);
  });

  test.each([
    ['COPY', "COPY t TO E'FOLDER/instrumentation\\x2edb'"],
    ['COPY', "COPY t TO ('FOLDER/instrumentation' || '.db')"],
    ['SET', "SET temp_directory = ('FOLDER/instrumentation' || '.db')"],
  ])('or cannot be told from one: %s', async (statement, sql) => {
    expect([sql, await verdict(sql)]).toEqual([sql, refusals.unclearFile(statement).message]);
  });
});

test.each([
  "COPY t TO 'FOLDER/out.csv'",
  "COPY (SELECT 1 AS a, 2) TO 'FOLDER/sub/parts' (PARTITION_BY (a))",
  "FROM read_csv('FOLDER/fine.csv')",
  "INSERT INTO t SELECT 1 WHERE 'FOLDER/instrumentation.db' <> ''",
])('any other file is for admins: %s', async (sql) => {
  expect([sql, await verdict(sql)]).toEqual([sql, 'allowed']);
});
