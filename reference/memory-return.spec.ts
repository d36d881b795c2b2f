import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Database } from './engine/database.js';
import { MemoryReturn, garbageCollector } from './memory-return.js';

const megabyte = 1 << 20;

describe('memory is given back', () => {
  let resident: number;
  let busy: number;
  let given: string[];
  let memory: MemoryReturn;

  beforeEach(() => {
    resident = 150 * megabyte;
    busy = 0;
    given = [];
    memory = new MemoryReturn({
      resident: () => resident,
      busy: () => busy,
      collect: () => given.push('collect'),
      trim: () => {
        given.push('trim');
        resident = 160 * megabyte;
        return Promise.resolve();
      },
    });
  });

  const checks = async (count: number) => {
    for (let i = 0; i < count; i++) {
      await memory.check();
    }
  };

  it('once after use, when the server is idle', async () => {
    resident = 900 * megabyte;
    busy = 1;
    await checks(5);
    expect(given).toEqual([]);
    busy = 0;
    await checks(5);
    expect(given).toEqual(['collect', 'trim']);
  });

  it('also where only threads of the engine were busy', async () => {
    resident = 900 * megabyte;
    await checks(1);
    expect(given).toEqual(['collect', 'trim']);
  });

  it('again and again where others hold it for a while', async () => {
    resident = 900 * megabyte;
    await checks(3);
    resident = 700 * megabyte;
    busy = 0.5;
    await checks(1);
    busy = 0;
    await checks(3);
    expect(given).toEqual(['collect', 'trim', 'collect', 'trim']);
  });

  it('not while the server has hardly grown', async () => {
    resident = 250 * megabyte;
    busy = 0.5;
    await checks(2);
    busy = 0;
    await checks(5);
    expect(given).toEqual([]);
  });

  it('not over and over where it is in use', async () => {
    const trim = vi.fn(() => Promise.resolve());
    const full = new MemoryReturn({
      resident: () => resident,
      busy: () => 0,
      collect: () => undefined,
      trim,
    });
    resident = 2000 * megabyte;
    for (let i = 0; i < 20; i++) {
      await full.check();
    }
    expect(trim).toHaveBeenCalledTimes(1);
  });

  it('now and then where the server is never idle', async () => {
    resident = 900 * megabyte;
    busy = 1;
    await checks(14);
    expect(given).toEqual([]);
    await checks(1);
    expect(given).toEqual(['collect', 'trim']);
  });
});

const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };

describe('the engine', () => {
  let database: Database;
  beforeEach(async () => {
    database = await Database.open({ path: null, readonly: false });
  });
  afterEach(() => {
    database.close();
  });

  const name = 'allocator_bulk_deallocation_flush_threshold';

  it('keeps its settings when it gives memory back', async () => {
    const connection = await database.connect();
    const setting = async () =>
      (await connection.rows(`SELECT current_setting('${name}')`))[0]?.[0];
    const usual = await setting();
    await database.trimMemory();
    expect(await setting()).toBe(usual);
    await connection.execute(`SET GLOBAL ${name} = '64MiB'`);
    const own = await setting();
    await database.trimMemory();
    expect(await setting()).toBe(own);
    await connection.execute('SET GLOBAL lock_configuration = true');
    await database.trimMemory();
    expect(await setting()).toBe(own);
    connection.close();
  });

  it('does nothing where it is closed', async () => {
    const closed = await Database.open({ path: null, readonly: false });
    closed.close();
    await expect(closed.trimMemory()).resolves.toBeUndefined();
  });

  it.skipIf(report.header?.glibcVersionRuntime === undefined)(
    'and V8 give back what a large result took',
    async () => {
      const collect = garbageCollector();
      const connection = await database.connect();
      const before = process.memoryUsage.rss();
      const prepared = await connection.prepare(
        "SELECT i, repeat('x', 1000) s FROM range(300000) t(i) ORDER BY hash(i)",
      );
      let held: Buffer[] = [];
      for await (const { message } of (await prepared.stream()).batches()) {
        held.push(message instanceof Uint8Array ? message : message.toBuffer());
      }
      prepared.close();
      const most = process.memoryUsage.rss() - before;
      expect(most).toBeGreaterThan(200 * megabyte);
      expect(held.length).toBeGreaterThan(100);
      held = [];
      collect();
      await database.trimMemory();
      expect(process.memoryUsage.rss() - before).toBeLessThan(most / 2);
      connection.close();
    },
  );
});
