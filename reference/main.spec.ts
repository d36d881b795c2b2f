import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNotNode } from '../bin/require-node.js';
import { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import { createCommand } from './options.js';
import { Program } from './program-fixture.js';
import { packageVersion } from './version.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'main-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function run(...argv: string[]) {
  const started = new Program(folder, argv);
  const code = await started.end();
  return { code, output: started.output, errors: started.errors };
}

describe('gizmosql-reference', () => {
  it('shows every flag and variable with --help', async () => {
    const { code, output, errors } = await run('--help');
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    for (const { long, envVar } of createCommand().options) {
      expect(output).toContain(long);
      expect(output).toContain(envVar ?? '');
    }
    expect(output).toContain('Examples:');
  });

  it('shows both versions with --version', async () => {
    expect(await run('--version')).toEqual({
      code: 0,
      output: `GizmoSQL v1.36.0 (gizmosql-reference ${packageVersion})\n`,
      errors: '',
    });
  });

  it.each([
    [[], 'No password: set GIZMOSQL_PASSWORD or give --password PASSWORD'],
    [['--prot', '1'], "unknown option '--prot' (Did you mean --port?)"],
    [
      ['-P', 'x', '--port', 'x'],
      "--port is 'x'; it must be a port, a whole number from 0 to 65535",
    ],
    [
      ['-P', 'x', '--enable-instrumentation=true', '--instrumentation-catalog', 'lake'],
      `The instrumentation catalog 'lake' is not attached: the init SQL must attach it (--init-sql-commands "… ATTACH 'ducklake:…' AS lake"); attached are: memory`,
    ],
    [
      ['-P', 'x', '--log-file', '/no/such/folder/log'],
      "Cannot write the log file '/no/such/folder/log': ENOENT: no such file or directory, open '/no/such/folder/log'",
    ],
  ])('ends on %j with one line and exit code 2', async (argv, line) => {
    expect(await run(...argv)).toEqual({
      code: 2,
      output: '',
      errors: `gizmosql-reference: ${line}\n`,
    });
  });
});

describe('a served gizmosql-reference', () => {
  const quiet = ['-H', '127.0.0.1', '--health-port', '0', '--log-format', 'json'];

  function serve(...argv: string[]): Program {
    return new Program(folder, [...quiet, ...argv], { GIZMOSQL_PASSWORD: 'secret' });
  }

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'says where it listens and stops gracefully on %s',
    async (signal) => {
      const server = serve('--port', '0');
      const ready: unknown = JSON.parse(await server.line('GizmoSQL server - started'));
      expect(ready).toMatchObject({
        msg: 'GizmoSQL server - started',
        host: '127.0.0.1',
        port: expect.any(Number) as unknown,
      });
      server.signal(signal);
      expect(await server.end()).toBe(0);
      expect(server.errors).toContain('GizmoSQL server - stopped');
      expect(server.output).toBe('');
    },
  );

  it('names its cluster in every line that it logs', async () => {
    const clusterId = '0b4ec1d8-7a66-4e5b-9d53-5b8f5f6f1a2e';
    const levels = ['--log-level', 'debug', '--access-log', 'on', '--cluster-id', clusterId];
    const server = serve('--port', '0', '--enable-instrumentation=true', ...levels);
    const { port } = JSON.parse(await server.line('started')) as { port: number };
    const client = await FlightSqlClient.connect(
      { host: '127.0.0.1', port },
      { username: 'gizmosql_user', password: 'secret' },
    );
    await client.query('SELECT 1');
    client.close();
    server.signal('SIGTERM');
    expect(await server.end()).toBe(0);
    const lines = server.errors.trim().split('\n');
    const named = lines.map((line) => (JSON.parse(line) as { cluster_id?: string }).cluster_id);
    expect(named.length).toBeGreaterThan(5);
    expect(new Set(named)).toEqual(new Set([clusterId]));
  });

  describe('whose log nobody reads', () => {
    /** A server that has logged three megabytes since its standard error was last read. */
    async function unread(): Promise<{ server: Program; client: FlightSqlClient }> {
      const server = serve('--port', '0', '--print-queries');
      const { port } = JSON.parse(await server.line('started')) as { port: number };
      const client = await FlightSqlClient.connect(
        { host: '127.0.0.1', port },
        { username: 'gizmosql_user', password: 'secret' },
      );
      server.read(false);
      for (let i = 0; i < 30; i++) {
        expect((await client.query(`SELECT ${i} -- ${'x'.repeat(100_000)}`)).rows).toEqual([[i]]);
      }
      return { server, client };
    }

    it('serves and stops all the same', async () => {
      const { server, client } = await unread();
      client.close();
      server.signal('SIGTERM');
      expect(await server.exit()).toBe(0);
    });

    it('says how many lines are lost when it is read again', async () => {
      const { server, client } = await unread();
      server.read(true);
      const told = JSON.parse(await server.line('lines of this log are lost')) as object;
      expect(told).toMatchObject({ level: 'error', lines: expect.any(Number) as unknown });
      client.close();
      server.signal('SIGTERM');
      expect(await server.end()).toBe(0);
      expect(server.errors).toContain('GizmoSQL server - stopped');
    });
  });

  it('stops with a code of its own when its records cannot be written', async () => {
    const records = path.join(folder, 'full.db');
    const argv = ['--enable-instrumentation=true', '--instrumentation-db-path', records];
    const environment = { GIZMOSQL_PASSWORD: 'secret' };
    const server = new Program(folder, [...quiet, '--port', '0', ...argv], environment, 6_000);
    const { port } = JSON.parse(await server.line('started')) as { port: number };
    const client = await FlightSqlClient.connect(
      { host: '127.0.0.1', port },
      { username: 'gizmosql_user', password: 'secret' },
    );
    while (!server.errors.includes('cannot write instrumentation records')) {
      await client.query(`SELECT 1 -- ${'x'.repeat(50_000)}`);
    }
    client.close();
    server.signal('SIGTERM');
    expect(await server.end()).toBe(4);
    expect(server.errors).toContain('instrumentation records are lost');
    const stopped = await server.line('GizmoSQL server - stopped');
    expect(JSON.parse(stopped)).toMatchObject({ lost_records: expect.any(Number) as unknown });
  });

  it('ends on a taken port with one line that names it', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const server = serve('--port', String(port));
    expect(await server.end()).toBe(2);
    holder.close();
    const complaint = server.errors.split('\n').filter((line) => !line.startsWith('{'));
    expect(complaint).toHaveLength(2); // one line and the end of it
    expect(complaint[0]).toMatch(new RegExp(`^gizmosql-reference: .*\\b${port}\\b`));
    expect(server.errors).not.toContain('    at ');
  });

  it('ends on bad init SQL with one line that says where it came from', async () => {
    const server = serve('--port', '0', '-I', 'selekt 1');
    expect(await server.end()).toBe(2);
    expect(server.errors).toMatch(/^gizmosql-reference: .*--init-sql-commands.*selekt/m);
    expect(server.errors).not.toContain('    at ');
  });
});

describe('whyNotNode', () => {
  it.each(['22.12.0', '22.99.1', '24.0.0', '26.1.0', process.versions.node])(
    '%s will do',
    (node) => {
      expect(whyNotNode(node)).toBeUndefined();
    },
  );

  it.each(['12.22.12', '18.20.8', '20.20.2', '22.11.0', '23.5.0'])('%s will not do', (node) => {
    expect(whyNotNode(node)).toContain(`this is Node.js ${node}, but Node.js ^22.12.0`);
  });
});
