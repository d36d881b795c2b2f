import { afterEach, describe, expect, it, vi } from 'vitest';
import { first } from './revisions/first.js';
import type { ExecutionRecord, StatementRecord } from './records.js';
import { newest } from './revisions/all.js';
import { isWritten, writeRows, writeRowsByKeptPlans } from './row-writer.js';
import { valuesOf } from './instrumentation-table.js';
import { PendingRows } from './pending-rows.js';
import { tablesOf } from './revision.js';
import { batchOf, emptyBatch, useTables } from './tables-fixture.js';

const { instances, sessions } = first.tables;

const used = useTables({ key: true });

afterEach(() => {
  vi.restoreAllMocks();
});

const sessionsOf = (...names: string[]) =>
  batchOf(
    sessions,
    ...names.map((username) => (id: string) => ({
      session_id: id,
      instance_id: id,
      username,
      status: 'active',
    })),
  );

const written = () =>
  used.connection.rows(
    'SELECT username, status, session_id = instance_id FROM sessions ORDER BY ALL',
  );

describe.each([
  ['writeRows', () => writeRows],
  ['writeRowsByKeptPlans', writeRowsByKeptPlans],
])('%s', (_, writer) => {
  it('writes new rows and changes, batch by batch', async () => {
    const write = writer();
    await write(used.connection, sessionsOf('ann', 'bob'));
    await write(used.connection, sessionsOf('cid'));
    const [[id] = []] = await used.connection.rows(
      "SELECT session_id::VARCHAR FROM sessions WHERE username = 'bob'",
    );
    const changes = emptyBatch();
    changes.update(sessions, String(id), { status: 'closed' });
    await write(used.connection, changes);
    expect(await written()).toEqual([
      ['ann', 'active', true],
      ['bob', 'closed', true],
      ['cid', 'active', true],
    ]);
  });

  it('writes NULL where a row has no value, whether others have one or not', async () => {
    const write = writer();
    const row = (values: object) => (session_id: string) => ({ session_id, ...values });
    for (const batch of [
      [{ username: 'ann', status: null }, { username: 'bob' }],
      [{ username: 'cid', status: 'active' }, { username: 'dan' }, { status: null, role: 'user' }],
      [{}],
    ]) {
      await write(used.connection, batchOf(sessions, ...batch.map(row)));
    }
    const rows = await used.connection.rows(
      'SELECT username, status, role FROM sessions ORDER BY ALL',
    );
    expect(rows).toEqual([
      ['ann', null, null],
      ['bob', null, null],
      ['cid', 'active', null],
      ['dan', null, null],
      [null, null, 'user'],
      [null, null, null],
    ]);
  });

  it('writes all of a batch or nothing, and goes on afterwards', async () => {
    const write = writer();
    await write(used.connection, sessionsOf('ann'));
    const twice = sessionsOf('bob');
    const [id = ''] = twice.tables.flatMap(({ inserts }) => [...inserts.keys()]);
    const execute = used.connection.execute.bind(used.connection);
    const failing = vi
      .spyOn(used.connection, 'execute')
      .mockImplementation((sql) =>
        sql === 'COMMIT' ? Promise.reject(new Error('the disk is full')) : execute(sql),
      );
    await expect(write(used.connection, twice)).rejects.toThrow('the disk is full');
    failing.mockRestore();
    expect(await written()).toEqual([['ann', 'active', true]]);
    expect(await isWritten(used.connection, twice)).toBe(false);
    await write(used.connection, twice);
    expect(await written()).toEqual([
      ['ann', 'active', true],
      ['bob', 'active', true],
    ]);
    // One that is there already is refused, and what came with it is not kept.
    const again = sessionsOf('cid');
    again.insert(sessions, id, { session_id: id, username: 'bob again' });
    await expect(write(used.connection, again)).rejects.toThrow(/Duplicate key/i);
    expect(await written()).toHaveLength(2);
  });
});

describe('writeRowsByKeptPlans', () => {
  it('plans a statement once for each connection, and anew after a failure', async () => {
    const write = writeRowsByKeptPlans();
    const prepare = vi.spyOn(used.connection.raw, 'prepare');
    await write(used.connection, sessionsOf('ann'));
    await write(used.connection, sessionsOf('bob', 'cid'));
    expect(prepare).toHaveBeenCalledTimes(1);
    const other = await used.database.connect();
    await write(other, sessionsOf('dan'));
    other.close();
    expect(prepare).toHaveBeenCalledTimes(1);
    const execute = vi.spyOn(used.connection, 'execute').mockRejectedValueOnce(new Error('gone'));
    await expect(write(used.connection, sessionsOf('eve'))).rejects.toThrow('gone');
    execute.mockRestore();
    await write(used.connection, sessionsOf('fay'));
    expect(prepare).toHaveBeenCalledTimes(2);
    expect((await written()).map(([name]) => name)).toEqual(['ann', 'bob', 'cid', 'dan', 'fay']);
  });
});

describe('isWritten', () => {
  it('tells by the new rows of whichever table', async () => {
    const batch = sessionsOf('ann');
    expect(await isWritten(used.connection, batch)).toBe(false);
    await writeRows(used.connection, batch);
    expect(await isWritten(used.connection, batch)).toBe(true);
    const changes = emptyBatch();
    changes.update(instances, crypto.randomUUID(), { status: 'stopped' });
    expect(await isWritten(used.connection, changes)).toBe(false);
  });
});

describe('what is written', () => {
  const {
    sql_statements: statements,
    sql_executions: executions,
    instances: hosts,
  } = newest.tables;
  const newer = useTables({ key: true }, newest);

  const batch = () => new PendingRows(tablesOf(newest));
  const statement: StatementRecord = {
    statementId: crypto.randomUUID(),
    sessionId: crypto.randomUUID(),
    sqlText: 'SELECT 1',
    flightMethod: 'DoGetStatement',
    isInternal: false,
    queryTag: null,
    createdTime: 0n,
    prepareError: null,
  };
  const execution: ExecutionRecord = {
    executionId: crypto.randomUUID(),
    statementId: statement.statementId,
    bindParameters: null,
    startTime: 0n,
  };

  const keepsText = async (text: string, kept = text) => {
    const { statementId } = statement;
    const rows = batch();
    const told = { ...statement, sqlText: text, prepareError: text };
    const row = {
      ...valuesOf(statements, 'received', told),
      ...valuesOf(statements, 'prepared', told),
    };
    rows.insert(statements, statementId, row);
    await writeRows(newer.connection, rows);
    expect(
      await newer.connection.rows('SELECT sql_text, prepare_error FROM sql_statements'),
    ).toEqual([[kept, kept]]);
  };

  it.each([
    ['quotes and backslashes', `'"\\"' \\u0041 \\n $1 {"a":[1]}`],
    ['control characters', Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).join()],
    ['characters of all planes', 'é ☃ 𝄞 \u{10ffff} \u2028 \ufeff'],
    ['nothing', ''],
  ])('keeps texts with %s', (_, text) => keepsText(text));

  it('replaces half a surrogate pair, which no UTF-8 has', () =>
    keepsText('a\ud834b\udd1ec', 'a\ufffdb\ufffdc'));

  it.each([
    ['in UTC', 'UTC'],
    ['elsewhere', 'America/New_York'],
  ])('keeps each microsecond of a time and each unit of a number, %s', async (_, zone) => {
    await newer.connection.execute(`SET TimeZone = '${zone}'`);
    const [startTime, most] = [1_764_380_000_123_457n, 2n ** 63n - 1n];
    const rows = batch();
    rows.insert(executions, execution.executionId, {
      ...valuesOf(executions, 'started', { ...execution, startTime }),
      ...valuesOf(executions, 'computed', { endTime: startTime + 1n, durationMs: most }),
    });
    await writeRows(newer.connection, rows);
    expect(
      await newer.connection.rows(
        'SELECT epoch_us(execution_start_time), epoch_us(execution_end_time), duration_ms FROM sql_executions',
      ),
    ).toEqual([[startTime, startTime + 1n, most]]);
  });

  it('keeps a tag as JSON', async () => {
    const rows = batch();
    const tag = '{"a": [1, "\\u0000", null]}';
    const queryTag = { ...statement, queryTag: tag };
    rows.insert(statements, statement.statementId, valuesOf(statements, 'received', queryTag));
    await writeRows(newer.connection, rows);
    expect(
      await newer.connection.rows(
        'SELECT query_tag::VARCHAR, typeof(query_tag) FROM sql_statements',
      ),
    ).toEqual([[tag, 'JSON']]);
  });

  it('changes a few rows and many, also to NULL', async () => {
    const ids = Array.from({ length: 40 }, () => crypto.randomUUID());
    const added = batch();
    for (const id of ids) {
      added.insert(hosts, id, { instance_id: id, status: 'running', hostname: 'a', port: 1 });
    }
    await writeRows(newer.connection, added);
    for (const some of [ids.slice(0, 2), ids.slice(2, 30)]) {
      const changes = batch();
      for (const id of some) {
        changes.update(hosts, id, { port: 2, stop_time: 3, hostname: null, status: 'stopped' });
      }
      await writeRows(newer.connection, changes);
    }
    expect(
      await newer.connection.rows(
        'SELECT count(*)::INTEGER, hostname, port, epoch_us(stop_time), status FROM instances GROUP BY ALL ORDER BY ALL',
      ),
    ).toEqual([
      [10, 'a', 1, null, 'running'],
      [30, null, 2, 3n, 'stopped'],
    ]);
  });

  it('writes more text than one parameter has room for, all of it or nothing', async () => {
    const sqlText = 'x'.repeat(7_000_000);
    const ids = Array.from({ length: 5 }, () => crypto.randomUUID());
    const rows = batch();
    for (const statementId of ids) {
      const row = valuesOf(statements, 'received', { ...statement, statementId, sqlText });
      rows.insert(statements, statementId, row);
    }
    const run = vi.spyOn(newer.connection.raw, 'run');
    await writeRows(newer.connection, rows);
    const inserts = run.mock.calls.filter(([sql]) => sql.startsWith('INSERT'));
    expect(inserts.length).toBeGreaterThan(1);
    expect(
      await newer.connection.rows(
        'SELECT count(*)::INTEGER, min(length(sql_text))::INTEGER FROM sql_statements',
      ),
    ).toEqual([[5, 7_000_000]]);
    rows.insert(statements, 'last', { statement_id: ids[0] ?? '', sql_text: sqlText });
    await expect(writeRows(newer.connection, rows)).rejects.toThrow(/Duplicate key/i);
  });

  it('refuses a value of another type than its column, instead of writing NULL', async () => {
    const rows = batch();
    rows.insert(hosts, 'a', { instance_id: crypto.randomUUID(), port: 'none' });
    await expect(writeRows(newer.connection, rows)).rejects.toThrow(/none/);
  });
});
