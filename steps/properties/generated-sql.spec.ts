import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTemporaryFolder, removeTemporaryFolder } from '../targets/temporary-folder.js';
import { dress } from './dressed-sql.js';
import { forbiddenAttempts } from './forbidden-statements.js';
import { pathAttempts } from './path-spellings.js';
import {
  callsAnywhere,
  callsInAnyCase,
  lookalikes,
  pseudoFunctions,
} from './pseudo-function-queries.js';
import { readingAttempts } from './reading-queries.js';
import { readonlyWrites } from './readonly-writes.js';

/** DuckDB must execute the generated statements; otherwise a server's refusal would prove nothing. */
let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  instance = await DuckDBInstance.create();
  connection = await instance.connect();
  await connection.run(`
    ATTACH ':memory:' AS _gizmosql_instr;
    CREATE TABLE _gizmosql_instr.instances (instance_id UUID PRIMARY KEY, hostname VARCHAR);
    CREATE TABLE _gizmosql_instr.sessions (session_id UUID PRIMARY KEY, username VARCHAR);
    CREATE TABLE _gizmosql_instr.sql_statements (statement_id UUID PRIMARY KEY, session_id UUID, sql_text VARCHAR);
    CREATE TABLE _gizmosql_instr.sql_executions (execution_id UUID PRIMARY KEY, statement_id UUID, error_message VARCHAR);
    CREATE VIEW _gizmosql_instr.active_sessions AS FROM _gizmosql_instr.sessions;
    CREATE VIEW _gizmosql_instr.session_activity AS FROM _gizmosql_instr.sessions;
    CREATE VIEW _gizmosql_instr.session_stats AS FROM _gizmosql_instr.sessions;
    CREATE VIEW _gizmosql_instr.execution_details AS FROM _gizmosql_instr.sql_executions;
    CREATE TABLE kept (number INTEGER PRIMARY KEY, text VARCHAR);
    ${pseudoFunctions.map((name) => `CREATE MACRO GIZMOSQL_${name}() AS 'it is ${name}';`).join(' ')}
  `);
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/**
 * DuckDB's error for the texts, in a separate session and without lasting effect; undefined if there is none.
 */
async function complaint(texts: readonly string[]): Promise<string | undefined> {
  const session = await instance.connect();
  try {
    if (!texts.some((text) => /^begin|; begin/i.test(text))) {
      await session.run('BEGIN');
    }
    for (const text of texts) {
      await session.run(text);
    }
    return undefined;
  } catch (error) {
    return `${texts.join('\n')}\n${String(error)}`;
  } finally {
    await session.run('ROLLBACK').catch(() => undefined);
    session.closeSync();
  }
}

/** DuckDB's answers to the texts in a separate session; errors are skipped. */
async function answers(texts: readonly string[]): Promise<string> {
  const session = await instance.connect();
  try {
    const all: string[] = [];
    for (const text of texts) {
      const reader = await session.runAndReadAll(text).catch(() => undefined);
      all.push(JSON.stringify(reader?.getRowsJson() ?? []));
    }
    return all.join();
  } finally {
    session.closeSync();
  }
}

async function answer(sql: string, bound: readonly string[]): Promise<{ rows: unknown[][] }> {
  try {
    const reader = await connection.runAndReadAll(sql, [...bound]);
    return { rows: reader.getRows() };
  } catch (error) {
    return { rows: [[`${sql}: ${String(error)}`]] };
  }
}

describe('dress', () => {
  it('keeps a statement unchanged with an empty dress', () => {
    const sql = `SELECT 'it''s @x', "A b" FROM @t -- x`;
    expect(dress(sql, { capitals: [], quoted: [], gaps: [] })).toBe(
      `SELECT 'it''s @x', "A b" FROM t -- x`,
    );
  });

  it('changes the spelling of words and names, but not of text', () => {
    const sql = `SELECT 'Text' FROM @main.@t`;
    const spelled = { capitals: [true, false], quoted: [false, true], gaps: ['\n', '/**/'] };
    expect(dress(sql, spelled)).toBe(`SeLeCt\n'Text'/**/FrOm\nMaIn."T"`);
  });
});

describe('forbiddenAttempts', () => {
  it.each(['INSERT', 'UPDATE', 'DELETE', 'other'] as const)(
    'of %s: DuckDB would execute it',
    async (change) => {
      const attempts = forbiddenAttempts(change, {
        catalog: '_gizmosql_instr',
        fresh: 'forged',
        id: '00000000-0000-4000-8000-000000000000',
      });
      for (const { setup, sent } of fc.sample(attempts, { seed: 1, numRuns: 200 })) {
        expect(await complaint([...setup, ...sent])).toBeUndefined();
      }
    },
  );
});

describe('readingAttempts', () => {
  it('are queries that DuckDB would answer', async () => {
    for (const { sent } of fc.sample(readingAttempts('_gizmosql_instr', 'detour'), {
      seed: 1,
      numRuns: 300,
    })) {
      expect(await complaint(sent)).toBeUndefined();
    }
  });
});

describe('readonlyWrites', () => {
  it('are writes that DuckDB would execute', async () => {
    const writes = readonlyWrites({ at: 'kept', fresh: 'fresh' }, 'own');
    for (const { sent } of fc.sample(writes, { seed: 1, numRuns: 300 })) {
      // Rolled back, so that each attempt finds the same table.
      const undone = sent.map((sql) => sql.replace(/commit/i, 'ROLLBACK'));
      expect(await complaint(undone)).toBeUndefined();
    }
  });
});

describe('pathAttempts', () => {
  it('are readable in DuckDB, except for relative paths and those that this file system lacks', async () => {
    const folder = makeTemporaryFolder();
    for (const name of ['gizmosql_instrumentation.db', 'gizmosql_instrumentation.db.wal']) {
      writeFileSync(join(folder, name), 'the secret\n');
    }
    try {
      const attempts = fc.sample(pathAttempts(folder, 'again'), { seed: 1, numRuns: 300 });
      const read = await Promise.all(attempts.map(({ sent }) => answers(sent)));
      const found = new Set(
        attempts
          .filter((_, place) => read[place]?.includes('the secret') === true)
          .map(
            ({ sent }) =>
              sent.find((sql) => /read_\w+|COPY/.test(sql))?.match(/read_\w+|COPY/)?.[0],
          ),
      );
      expect([...found].sort()).toEqual(['COPY', 'read_blob', 'read_csv', 'read_text']);
      expect(read.filter((text) => text.includes('the secret')).length).toBeGreaterThan(100);
    } finally {
      removeTemporaryFolder(folder);
    }
  });
});

describe('queries of pseudo-functions', () => {
  it.each([
    ['anywhere', callsAnywhere],
    ['in any case', callsInAnyCase],
    ['among lookalikes', lookalikes],
  ])('%s: DuckDB answers with one row of the values', async (_, queries) => {
    for (const { sql, parts, bound } of fc.sample(queries, { seed: 1, numRuns: 300 })) {
      const expected = parts.map((part) => ('text' in part ? part.text : `it is ${part.value}`));
      const { rows } = await answer(sql, bound);
      expect({ sql, rows }).toEqual({ sql, rows: [expected] });
    }
  });
});
