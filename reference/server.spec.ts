import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect as connectSocket } from 'node:net';
import { once } from 'node:events';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, credentials } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { makeCertificates } from '../fixtures/surroundings/certificates.js';
import type { Endpoint } from '../steps/client/channel.js';
import type { Config } from './config.js';
import { useWorkshop } from './server-fixture.js';

const workshop = useWorkshop();

/** Files of the workshop that this process has open. */
async function openFiles(): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd');
  const targets = await Promise.all(
    descriptors.map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => '')),
  );
  return targets.filter((target) => target.startsWith(workshop.folder));
}

async function takenPort(): Promise<{ port: number; close: () => void }> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  return { port: (holder.address() as AddressInfo).port, close: () => holder.close() };
}

const endless = "SELECT i, repeat('x', 100) s FROM range(1000000000) t(i)";
const long = 'SELECT sum(a.i * b.i) FROM range(2000000) a(i), range(2000000) b(i)';

describe('a start', () => {
  it('is on record, with what the server was told', async () => {
    const server = await workshop.start({ hostnameArg: '127.0.0.1' });
    expect(server.healthPort).toBeNull();
    await server.stop('graceful');
    expect(
      await workshop.recorded(`SELECT instance_id::VARCHAR, hostname_arg, port, database_path, tls_enabled,
        mtls_required, readonly, status, stop_reason, start_time <= stop_time FROM instances`),
    ).toEqual([
      [
        server.instanceId,
        '127.0.0.1',
        server.port,
        join(workshop.folder, 'main.db'),
        false,
        false,
        false,
        'stopped',
        'graceful',
        true,
      ],
    ]);
  });

  it('runs the init SQL before anybody is served, and names the script that fails', async () => {
    const good = {
      source: '--init-sql-commands',
      sql: 'CREATE TABLE a AS SELECT 5 AS x; CREATE TABLE b AS FROM a',
    };
    const server = await workshop.start({ initSql: [good] });
    expect((await (await workshop.connect(server)).query('FROM b')).rows).toEqual([[5]]);
    await server.stop('x');
    const bad = { source: 'init.sql', sql: 'FROM nowhere' };
    await expect(workshop.start({ initSql: [bad] })).rejects.toMatchObject({
      name: 'Failure',
      message: expect.stringMatching(/^The init SQL of init\.sql failed: .*nowhere/s) as string,
    });
    expect(await openFiles()).toEqual([]);
  });

  it.each([
    ['port', /^Cannot listen on 127\.0\.0\.1:\d+: the port is taken/],
    ['healthPort', /^Cannot listen on 127\.0\.0\.1:\d+ for the health service/],
  ] as const)(
    'on a taken %s fails in one clear line, and leaves nothing open',
    async (name, why) => {
      const { port, close } = await takenPort();
      await expect(workshop.start({ [name]: port })).rejects.toMatchObject({
        kind: 'invalid-argument',
        message: expect.stringMatching(why) as string,
      });
      expect(await openFiles()).toEqual([]);
      close();
      const server = await workshop.start({ [name]: port });
      expect((await (await workshop.connect(server)).query('SELECT 1')).rows).toEqual([[1]]);
    },
  );

  it('with a file that is no database fails in one clear line', async () => {
    const databaseFilename = join(workshop.folder, 'nowhere', 'x.db');
    await expect(workshop.start({ databaseFilename })).rejects.toMatchObject({
      kind: 'invalid-argument',
      message: expect.stringContaining(databaseFilename) as string,
    });
  });

  it('without instrumentation makes no file, and no catalog', async () => {
    const server = await workshop.start({
      instrumentation: { enabled: false, databasePath: null, catalog: null, schema: 'main' },
    });
    const client = await workshop.connect(server);
    await expect(client.query('FROM _gizmosql_instr.sessions')).rejects.toThrow(/does not exist/);
    const names = 'SELECT gizmosql_role(), gizmosql_user(), gizmosql_current_instance()';
    expect((await client.query(names)).rows).toEqual([['admin', 'alice', server.instanceId]]);
    expect(await readdir(workshop.folder)).not.toContain('gizmosql_instrumentation.db');
  });

  it('of a read-only database serves queries, refuses writes, and records both', async () => {
    const first = await workshop.start();
    await (await workshop.connect(first)).update('CREATE TABLE t AS SELECT 7 AS x');
    await first.stop('x');
    const server = await workshop.start({ readonly: true });
    const client = await workshop.connect(server);
    expect((await client.query('FROM t')).rows).toEqual([[7]]);
    await expect(client.update('INSERT INTO t VALUES (8)')).rejects.toThrow(/read-only/);
    await server.stop('x');
    const mine = `instance_id = '${server.instanceId}'`;
    expect(await workshop.recorded(`SELECT readonly FROM instances WHERE ${mine}`)).toEqual([
      [true],
    ]);
    expect(
      await workshop.recorded(
        `SELECT count(*) FROM session_activity WHERE ${mine} AND sql_text LIKE 'INSERT%'`,
      ),
    ).toEqual([[1n]]);
  });
});

describe('a stop', () => {
  it('completes every record and closes every file, and the next server finds them', async () => {
    const server = await workshop.start();
    const client = await workshop.connect(server);
    await client.prepare('SELECT ?');
    await client.query('SELECT 1');
    const running = await client.startQuery(endless);
    await running.nextBatch();
    await server.stop('graceful');
    expect(await openFiles()).toEqual([]);
    expect((await readdir(workshop.folder)).sort()).toEqual([
      'gizmosql_instrumentation.db',
      'main.db',
    ]);
    expect(await workshop.recorded('SELECT status, stop_reason FROM sessions')).toEqual([
      ['closed', 'server stopped'],
    ]);
    expect(
      await workshop.recorded('SELECT status FROM sql_executions ORDER BY execution_start_time'),
    ).toEqual([['success'], ['cancelled']]);
    const next = await workshop.start();
    const reader = await workshop.connect(next);
    const count = 'SELECT count(*) FROM _gizmosql_instr.instances';
    await expect.poll(async () => (await reader.query(count)).rows).toEqual([[2n]]);
  });

  it('does not wait for a query', async () => {
    const server = await workshop.start();
    const failed = (await workshop.connect(server)).query(long).catch((error: unknown) => error);
    await expect.poll(() => workshop.lines.map(({ msg }) => msg)).toContain('execution started');
    await server.stop('graceful');
    expect(await failed).toBeInstanceOf(Error);
    expect(await workshop.recorded('SELECT status FROM sql_executions')).toEqual([['cancelled']]);
  });

  it('does not wait for a client that reads no further', async () => {
    const server = await workshop.start();
    const running = await (await workshop.connect(server)).startQuery(endless);
    await running.nextBatch();
    await sleep(300); // Until every buffer on the way is full.
    await server.stop('graceful');
    expect(await workshop.recorded('SELECT status, rows_fetched > 0 FROM sql_executions')).toEqual([
      ['cancelled', true],
    ]);
  });
});

describe('TLS', () => {
  async function tlsConfig(
    mtls: boolean,
  ): Promise<{ config: Partial<Config>; client: NonNullable<Endpoint['tls']> }> {
    const files = await makeCertificates(workshop.folder, 'client of the spec');
    const text = (file: string) => readFile(file, 'utf8');
    return {
      config: {
        tls: {
          certPath: files.serverCertificate,
          keyPath: files.serverKey,
          certificate: await readFile(files.serverCertificate),
          key: await readFile(files.serverKey),
          mtls: mtls
            ? {
                caCertPath: files.caCertificate,
                caCertificate: await readFile(files.caCertificate),
              }
            : null,
        },
      },
      client: {
        caCertificate: await text(files.caCertificate),
        ...(mtls
          ? {
              clientCertificate: await text(files.clientCertificate),
              clientKey: await text(files.clientKey),
            }
          : {}),
      },
    };
  }

  it.each([
    [false, 'tls', null],
    [true, 'mtls', 'client of the spec'],
  ])('with client certificates %s: sessions are %s, of %s', async (mtls, protocol, identity) => {
    const { config, client } = await tlsConfig(mtls);
    const server = await workshop.start(config);
    const sql = 'SELECT connection_protocol, peer_identity FROM _gizmosql_instr.active_sessions';
    const connection = await workshop.connect(server, { tls: client });
    await expect
      .poll(async () => (await connection.query(sql)).rows)
      .toEqual([[protocol, identity]]);
    await server.stop('x');
    expect(
      await workshop.recorded(
        'SELECT tls_enabled, tls_cert_path, mtls_required, mtls_ca_cert_path FROM instances',
      ),
    ).toEqual([[true, config.tls?.certPath, mtls, config.tls?.mtls?.caCertPath ?? null]]);
  });

  it('refuses a client without a certificate where one is required, and one that speaks no TLS', async () => {
    const { config, client } = await tlsConfig(true);
    const server = await workshop.start(config);
    await expect(
      workshop.connect(server, { tls: { caCertificate: client.caCertificate ?? '' } }),
    ).rejects.toThrow();
    await expect(workshop.connect(server)).rejects.toThrow();
    expect(
      (await (await workshop.connect(server, { tls: client })).query('SELECT 1')).rows,
    ).toEqual([[1]]);
  });

  it('survives connections that break off', async () => {
    const { config, client } = await tlsConfig(false);
    const server = await workshop.start(config);
    for (let i = 0; i < 5; i++) {
      const socket = connectSocket(server.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write('GET / HTTP/1.1\r\n\r\n');
      await sleep(5);
      socket.resetAndDestroy();
    }
    expect(
      (await (await workshop.connect(server, { tls: client })).query('SELECT 1')).rows,
    ).toEqual([[1]]);
  });
});

describe('the health service', () => {
  it.each([
    ['the server serves', 'SELECT 1', [8, 1]],
    ['it does not while its query fails', 'SELECT * FROM no_such_table', [8, 2]],
    ['it does by any query', "SET VARIABLE healthy = 'yes'; FROM range(3)", [8, 1]],
  ])('says that %s', async (_, healthCheckQuery, status) => {
    const server = await workshop.start({ healthPort: 0, healthCheckQuery });
    expect(await healthStatus(server.healthPort ?? 0)).toEqual(Buffer.from(status));
    const told = workshop.lines.filter(({ msg }) => msg === 'the health check fails');
    await server.stop('graceful');
    expect(told.some(({ error }) => String(error).includes('no_such_table'))).toBe(
      healthCheckQuery.includes('no_such_table'),
    );
    workshop.lines.length = 0;
  });
});

/** The message that answers grpc.health.v1.Health/Check. */
async function healthStatus(port: number): Promise<Buffer | undefined> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  try {
    return await new Promise<Buffer | undefined>((resolve, reject) => {
      client.makeUnaryRequest(
        '/grpc.health.v1.Health/Check',
        (request: Buffer) => request,
        (response) => response,
        Buffer.alloc(0),
        (error, response) => {
          if (error) {
            reject(error);
          } else {
            resolve(response);
          }
        },
      );
    });
  } finally {
    client.close();
  }
}

describe('the parts', () => {
  it('may be replaced', async () => {
    const server = await workshop.start(
      {},
      {
        pseudoFunctions: (sql) => sql.replace('gizmosql_user()', "'replaced'"),
        clock: { now: () => 1_000_000n },
        recorder: (original) => ({ ...bound(original), executionFinished: () => undefined }),
      },
    );
    const client = await workshop.connect(server);
    expect((await client.query('SELECT gizmosql_user()')).rows).toEqual([['replaced']]);
    await server.stop('x');
    expect(
      await workshop.recorded('SELECT status, epoch_us(execution_start_time) FROM sql_executions'),
    ).toEqual([['executing', 1_000_000n]]);
  });
});

/** An object's methods, to be spread into another. */
function bound<T extends object>(object: T): T {
  return new Proxy({} as T, {
    ownKeys: () => Reflect.ownKeys(Object.getPrototypeOf(object) as object),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: (_, key) => {
      const value: unknown = Reflect.get(object, key);
      return typeof value === 'function' ? (value.bind(object) as unknown) : value;
    },
  });
}
