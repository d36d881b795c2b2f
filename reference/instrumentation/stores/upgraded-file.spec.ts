import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../engine/connection.js';
import { Database } from '../../engine/database.js';
import { tablesOf } from '../revision.js';
import type { Revision } from '../revision.js';
import { newest, revisions } from '../revisions/all.js';
import { first } from '../revisions/first.js';
import { attachRecordsFile } from './file-store.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upgraded-'));
  path = join(folder, 'records.db');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Attaches the file as a server of a revision does, in a time zone that is not UTC, and uses it. */
async function using<T>(
  revision: Revision,
  use: (connection: Connection) => Promise<T>,
  file = path,
): Promise<T> {
  const database = await Database.open({ path: null, readonly: false });
  const connection = await database.connect();
  try {
    await connection.execute("SET TimeZone = 'America/New_York'");
    await attachRecordsFile(connection, file, revision);
    return await use(connection);
  } finally {
    connection.close();
    database.close();
  }
}

const named = (since: string): Revision =>
  revisions.find((revision) => revision.since === since) ?? expect.fail(`no revision ${since}`);

/** A row of each table, complete in the first revision; further columns are NULL. */
async function insertRows(connection: Connection, id: string, microseconds: number): Promise<void> {
  const [at, end] = [0, 1_500_001].map((more) => {
    const time = new Date((microseconds + more) / 1000).toISOString().replace('Z', '');
    return `'${time.slice(0, -3)}${String((microseconds + more) % 1_000_000).padStart(6, '0')}+00'`;
  });
  const times = await connection.rows(
    "SELECT data_type FROM duckdb_columns() WHERE table_name = 'sessions' AND column_name = 'start_time'",
  );
  // Without a zone, DuckDB ignores the offset; with one, the session's time zone does not matter.
  const type = String(times[0]?.[0]);
  await connection.execute(`
    INSERT INTO instances (instance_id, hostname, port, readonly, memory_total_bytes, start_time, stop_time, status, stop_reason)
      VALUES ('${id}', 'host', 31337, false, 1099511627776, ${at}::${type}, ${end}::${type}, 'stopped', 'graceful');
    INSERT INTO sessions (session_id, instance_id, username, role, start_time, stop_time, status, stop_reason)
      VALUES ('${id}', '${id}', 'o''hara ä', 'user', ${at}::${type}, ${end}::${type}, 'killed', 'Killed by x');
    INSERT INTO sql_statements (statement_id, session_id, sql_text, is_internal, prepare_success, created_time)
      VALUES ('${id}', '${id}', E'SELECT 1\\n', false, true, ${at}::${type});
    INSERT INTO sql_executions (execution_id, statement_id, bind_parameters, execution_start_time, execution_end_time, rows_fetched, status, duration_ms)
      VALUES ('${id}', '${id}', '[1]', ${at}::${type}, ${end}::${type}, 7, 'timeout', 1500)`);
}

/** All rows of the columns that the first revision has, with times in microseconds. */
async function rowsOf(connection: Connection): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for (const { name, columns } of tablesOf(first)) {
    const values = columns.map((column) =>
      column.type === 'TIMESTAMP' ? `epoch_us(${column.name})` : `${column.name}::VARCHAR`,
    );
    rows.push(
      ...(await connection.rows(`SELECT '${name}', ${values.join()} FROM ${name} ORDER BY ALL`)),
    );
  }
  return rows;
}

const ids = revisions.map((_, i) => `00000000-0000-4000-8000-00000000000${i}`);
const hour = 3_600_000_000;
/** One of them is in the hour that New York's clocks skip. */
const times = revisions.map((_, i) => Date.UTC(2026, 2, 8, 2, 30) * 1000 + i * hour + 123_456);

const hash = async (file = path) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

describe('a file of records', () => {
  it('goes through all revisions one after the other, and keeps every row', async () => {
    let expected: unknown[][] = [];
    for (const [i, revision] of revisions.entries()) {
      await using(revision, async (connection) => {
        const kept = (await rowsOf(connection)).filter((row) => !row.includes(ids[i]));
        expect(kept).toEqual(expected);
        await insertRows(connection, ids[i] ?? '', times[i] ?? 0);
        expected = await rowsOf(connection);
        expect(expected).toHaveLength(4 * (i + 1));
        expect(expected.flat().filter((value) => value === BigInt(times[i] ?? 0))).toHaveLength(4);
      });
    }
    await using(newest, async (connection) => {
      expect(await rowsOf(connection)).toEqual(expected);
    });
  });

  it.each(revisions.slice(0, -1).map(({ since }) => [since]))(
    'of %s is afterwards like a new one',
    async (since) => {
      const described = (connection: Connection) =>
        Promise.all(
          [
            "SELECT sql FROM duckdb_tables() WHERE database_name = '_gizmosql_instr' ORDER BY ALL",
            "SELECT sql FROM duckdb_views() WHERE database_name = '_gizmosql_instr' ORDER BY ALL",
            "SELECT index_name, sql FROM duckdb_indexes() WHERE database_name = '_gizmosql_instr' ORDER BY ALL",
            "SELECT table_name, constraint_text FROM duckdb_constraints() WHERE database_name = '_gizmosql_instr' ORDER BY ALL",
          ].map((sql) => connection.rows(sql)),
        );
      await using(named(since), (connection) => insertRows(connection, ids[0] ?? '', 5));
      const upgraded = await using(newest, described);
      const made = await using(newest, described, join(folder, 'new.db'));
      expect(upgraded).toEqual(made);
      expect(made.map((rows) => rows.length)).toEqual([4, 4, 14, expect.any(Number)]);
    },
  );

  it('leaves what it did not know NULL', async () => {
    await using(first, (connection) => insertRows(connection, ids[0] ?? '', 5));
    const rows = await using(newest, (connection) =>
      connection.rows(`SELECT cluster_id, instance_tag, session_tag, query_tag, enqueue_time, query_profile,
          fetch_start_time, fetch_end_time, cursor_close_time, total_duration_ms
        FROM sql_executions JOIN sql_statements USING (statement_id) JOIN sessions USING (session_id)
        JOIN instances USING (instance_id)`),
    );
    expect(rows).toEqual([Array.from({ length: 10 }, () => null)]);
  });

  it.each([
    ['1.34', '1.17', '1.34'],
    ['1.34', '1.28', '1.34'],
    ['1.28', '1.27', '1.28'],
    ['1.26.3', '1.25.2', '1.26.3'],
    ['1.25.2', '1.17.1', '1.21'],
  ])('of %s is refused by %s, and left as it was', async (since, older, name) => {
    await using(named(since), (connection) => insertRows(connection, ids[0] ?? '', 5));
    const before = await hash();
    await expect(using(named(older), () => Promise.resolve())).rejects.toMatchObject({
      kind: 'invalid-argument',
      message: `The file '${path}' is an instrumentation database of a newer release: its tables are those of GizmoSQL ${name} and later, and this server keeps those of ${older}. Start a newer release, name another file, or move this one away`,
    });
    expect(await hash()).toBe(before);
    expect(await readdir(folder)).toEqual(['records.db']);
  });

  it('of a crashed server is refused as well, and its log is left as it was', async () => {
    const crashed = join(folder, 'crashed.db');
    await using(newest, async (connection) => {
      await insertRows(connection, ids[0] ?? '', 5);
      await cp(path, crashed);
      await cp(`${path}.wal`, `${crashed}.wal`);
    });
    const before = [await hash(crashed), await hash(`${crashed}.wal`)];
    const refused = using(first, () => Promise.resolve(), crashed);
    await expect(refused).rejects.toThrow('other columns');
    const older = using(named('1.28'), () => Promise.resolve(), crashed);
    await expect(older).rejects.toThrow('of a newer release');
    expect([await hash(crashed), await hash(`${crashed}.wal`)]).toEqual(before);
    const rows = await using(newest, rowsOf, crashed);
    expect(rows).toHaveLength(4);
  });

  it('of the same columns is opened by either revision', async () => {
    await using(named('1.17.1'), (connection) => insertRows(connection, ids[0] ?? '', 5));
    expect(await using(named('1.17'), rowsOf)).toHaveLength(4);
    await using(named('1.25.2'), () => Promise.resolve());
    expect(await using(named('1.21'), rowsOf)).toHaveLength(4);
  });

  it('that lacks a table gets it', async () => {
    await using(named('1.21'), async (connection) => {
      await insertRows(connection, ids[0] ?? '', 5);
      await connection.execute('DROP TABLE sql_executions');
    });
    expect(await using(newest, rowsOf)).toHaveLength(3);
  });
});

describe('an upgrade', () => {
  /** Executes only so many statements of the upgrade, and then fails. */
  function failAfter(connection: Connection, statements: number): void {
    const execute = connection.execute.bind(connection);
    let left = Number.POSITIVE_INFINITY;
    vi.spyOn(connection, 'execute').mockImplementation((sql) => {
      left = sql === 'BEGIN' ? statements : left - 1;
      return left < 0 && sql !== 'ROLLBACK'
        ? Promise.reject(new Error('the disk is full'))
        : execute(sql);
    });
  }

  it('that fails leaves the old file whole, whichever statement fails', async () => {
    await using(named('1.21'), (connection) => insertRows(connection, ids[0] ?? '', 5));
    const before = await using(named('1.21'), rowsOf);
    let failures = 0;
    for (let statements = 1; ; statements++) {
      const database = await Database.open({ path: null, readonly: false });
      const connection = await database.connect();
      failAfter(connection, statements);
      const failed = await attachRecordsFile(connection, path, newest).then(
        () => null,
        (error: unknown) => error,
      );
      vi.restoreAllMocks();
      connection.close();
      database.close();
      if (failed === null) {
        break;
      }
      failures++;
      expect(failed).toMatchObject({
        kind: 'invalid-argument',
        message: `Cannot set up the instrumentation database '${path}': the disk is full`,
      });
      expect(await using(named('1.21'), rowsOf)).toEqual(before);
    }
    expect(failures).toBeGreaterThan(30);
    expect(await using(newest, rowsOf)).toEqual(before);
  });

  it('that is cut off by a crash leaves a file that is either old or new', async () => {
    await using(named('1.21'), (connection) => insertRows(connection, ids[0] ?? '', 5));
    const before = await using(named('1.21'), rowsOf);
    const copies: string[] = [];
    const database = await Database.open({ path: null, readonly: false });
    const connection = await database.connect();
    const execute = connection.execute.bind(connection);
    vi.spyOn(connection, 'execute').mockImplementation(async (sql) => {
      await execute(sql);
      const copy = join(folder, `copy-${copies.length}.db`);
      await cp(path, copy);
      await cp(`${path}.wal`, `${copy}.wal`).catch(() => undefined);
      copies.push(copy);
    });
    await attachRecordsFile(connection, path, newest);
    connection.close();
    database.close();
    const states = await Promise.all(
      copies.map(async (copy) => {
        const old = await using(named('1.21'), rowsOf, copy).catch(() => null);
        expect(await using(newest, rowsOf, copy)).toEqual(before);
        return old === null ? 'new' : 'old';
      }),
    );
    expect(states.length).toBeGreaterThan(30);
    // Only the last statement, COMMIT, makes it new.
    expect(states).toEqual([...states.slice(0, -1).map(() => 'old'), 'new']);
  });
});
