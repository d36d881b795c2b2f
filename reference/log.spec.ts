import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logLevels } from './config.js';
import type { LogConfig } from './config.js';
import { createLog, createServerLog } from './log.js';
import type { Log } from './log.js';

let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'log-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** What `write` leaves in the file by the time it returns, as lines. */
async function logged(
  config: Pick<LogConfig, 'level' | 'format'>,
  write: (log: Log) => void,
): Promise<string[]> {
  const file = path.join(folder, `${files++}.log`);
  write(createLog({ ...config, file }));
  return (await readFile(file, 'utf8')).split('\n').slice(0, -1);
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('createLog', () => {
  it('writes a JSON object a line', async () => {
    const lines = await logged({ level: 'info', format: 'json' }, (log) => {
      log.info('one\ntwo', { user: 'Zoë "Z"', rows: 3, peer: null });
      log.warn('bare');
    });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        time: expect.stringMatching(isoTime) as unknown,
        level: 'info',
        msg: 'one\ntwo',
        user: 'Zoë "Z"',
        rows: 3,
        peer: null,
      },
      { time: expect.stringMatching(isoTime) as unknown, level: 'warn', msg: 'bare' },
    ]);
  });

  it('writes key=value pairs, time, level and message first', async () => {
    const [line = '', ...rest] = await logged({ level: 'info', format: 'text' }, (log) => {
      log.error('one\ntwo', { user: 'Zoë Z', rows: 3, gone: undefined });
    });
    expect(rest).toEqual([]);
    expect(line).toMatch(/^time=\S+Z level=error msg="one\\ntwo" user="Zoë Z" rows=3$/);
  });

  it.each(['text', 'json'] as const)('names the cluster in every line of %s', async (format) => {
    const file = path.join(folder, `${files++}.log`);
    const clusterId = '0b4ec1d8-7a66-4e5b-9d53-5b8f5f6f1a2e';
    const levels = { level: 'debug', queryLevel: 'info', authLevel: 'info' } as const;
    const log: LogConfig = { ...levels, format, file, printQueries: false, access: false };
    for (const each of [clusterId, null]) {
      const written = createServerLog({ log, clusterId: each });
      written.debug('one');
      written.info('two', { rows: 3 });
      written.warn('three');
      written.error('four');
      written.at('fatal', 'five');
    }
    const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
    expect(lines).toHaveLength(10);
    const named = format === 'json' ? `"cluster_id":"${clusterId}"` : ` cluster_id=${clusterId}`;
    expect(lines.map((line) => line.includes(named))).toEqual(
      Array.from({ length: 10 }, (_, i) => i < 5),
    );
    expect(lines.slice(5).join()).not.toContain('cluster_id');
  });

  it.each(logLevels)('at level %s leaves out only what is below', async (level) => {
    const lines = await logged({ level, format: 'json' }, (log) => {
      log.debug('debug');
      log.info('info');
      log.warn('warn');
      log.error('error');
      for (const each of logLevels) {
        log.at(each, each);
      }
    });
    const loud = logLevels.slice(logLevels.indexOf(level));
    const said = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    // The server itself says nothing at the level fatal; a line of a kind that has a level of its own is wanted.
    expect(said).toEqual([...loud.filter((each) => each !== 'fatal'), ...logLevels]);
  });

  it('appends to what is there', async () => {
    const file = path.join(folder, 'appended.log');
    for (const message of ['first', 'second']) {
      createLog({ level: 'info', format: 'text', file }).info(message);
    }
    expect(await readFile(file, 'utf8')).toMatch(/msg=first\n.*msg=second\n$/);
  });

  it('refuses a file it cannot write, by name', () => {
    const file = path.join(folder, 'no', 'such', 'folder.log');
    expect(() => createLog({ level: 'info', format: 'text', file })).toThrow(
      `Cannot write the log file '${file}'`,
    );
  });
});
