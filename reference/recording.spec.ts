import { execFileSync } from 'node:child_process';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { useWorkshop } from './server-fixture.js';

// What becomes of the records when much is going on, or nothing can be written.

const workshop = useWorkshop();

describe('500 sessions at once', () => {
  it('lose nothing: what was answered before a graceful stop is in the file', async () => {
    const server = await workshop.start();
    const answered: string[] = [];
    const clients = await Promise.all(Array.from({ length: 500 }, () => workshop.connect(server)));
    await Promise.all(
      clients.map(async (client, session) => {
        for (let n = 0; n < 3; n++) {
          const sql = `SELECT ${n} AS of_session_${session}`;
          await client.query(sql);
          answered.push(sql);
        }
      }),
    );
    await server.stop('graceful');
    for (const client of clients) {
      client.close();
    }
    expect(answered).toHaveLength(1_500);
    const executed = await workshop.recorded(
      `SELECT s.sql_text FROM sql_executions e JOIN sql_statements s USING (statement_id)
       JOIN sessions USING (session_id)
       WHERE e.status = 'success' AND e.rows_fetched = 1 AND s.sql_text LIKE '%of_session%'`,
    );
    expect(executed.flat().sort()).toEqual(answered.sort());
    expect(await workshop.recorded('SELECT status, count(*) FROM sessions GROUP BY ALL')).toEqual([
      ['closed', 500n],
    ]);
    expect(
      await workshop.recorded("SELECT count(*) FROM sql_executions WHERE status <> 'success'"),
    ).toEqual([[0n]]);
  });
});

describe('a start', () => {
  it('on the files of another server of this process fails in one clear line', async () => {
    await workshop.start();
    await expect(
      workshop.start({
        instrumentation: { enabled: false, databasePath: null, catalog: null, schema: 'main' },
      }),
    ).rejects.toThrow(/^Cannot open the database '.*main.db': another server in this process/);
    const databasePath = join(workshop.folder, 'gizmosql_instrumentation.db');
    const second = workshop.start({
      databaseFilename: join(workshop.folder, 'other.db'),
      instrumentation: { enabled: true, databasePath, catalog: null, schema: 'main' },
    });
    await expect(second).rejects.toThrow(
      `Cannot open the database '${databasePath}': another server in this process has it open`,
    );
  });

  it('where no file can be made fails in one clear line', async () => {
    await writeFile(join(workshop.folder, 'a-file'), '');
    const databasePath = join(workshop.folder, 'a-file', 'records.db');
    const started = workshop.start({
      instrumentation: { enabled: true, databasePath, catalog: null, schema: 'main' },
    });
    await expect(started).rejects.toMatchObject({
      kind: 'invalid-argument',
      message: expect.stringMatching(
        /^Cannot open the instrumentation database '.*': [^\n]*$/,
      ) as string,
    });
    await expect(started).rejects.toThrow(databasePath);
  });
});

describe('a full disk', () => {
  it('costs no client a query and no record, and is logged', async (context) => {
    const disk = join(workshop.folder, 'disk');
    await mkdir(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      context.skip('only root may mount a small file system to fill');
    }
    try {
      const file = join(disk, 'records.db');
      const server = await workshop.start({
        instrumentation: { enabled: true, databasePath: file, catalog: null, schema: 'main' },
      });
      const client = await workshop.connect(server);
      const { bavail, bsize } = await statfs(disk);
      await writeFile(join(disk, 'filler'), Buffer.alloc(bavail * bsize));
      const queries = Array.from({ length: 20 }, (_, i) => `SELECT ${i}, '${'x'.repeat(2_000)}'`);
      for (const sql of queries) {
        expect((await client.query(sql)).rows).toHaveLength(1);
      }
      const complaint = 'cannot write instrumentation records';
      const deadline = performance.now() + 20_000;
      while (!workshop.lines.some(({ msg }) => msg === complaint)) {
        expect(performance.now()).toBeLessThan(deadline);
        await sleep(20);
      }
      await rm(join(disk, 'filler'));
      await server.stop('graceful');
      client.close();
      const found = await workshop.recorded(
        "SELECT sql_text FROM sql_statements WHERE sql_text LIKE '%xxx%' AND flight_method LIKE 'DoGet%'",
        file,
      );
      expect(found.flat().sort()).toEqual(queries.sort());
    } finally {
      execFileSync('umount', ['--lazy', disk]);
    }
  });
});
