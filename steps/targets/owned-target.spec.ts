import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlightSqlClient } from '../client/flight-sql-client.js';
import { CommandTarget } from './command.js';
import { ServerNotStarted } from './launch.js';
import type { Launcher } from './launch.js';
import { OwnedTarget } from './owned-target.js';
import { ReferenceTarget } from './reference.js';
import type { OwnedServer } from './target.js';

const reference = fileURLToPath(new URL('../../bin/gizmosql-reference.js', import.meta.url));
const targets = [
  new ReferenceTarget(),
  // The reference server, started like any other program.
  new CommandTarget({
    kind: 'command',
    command: process.execPath,
    arguments: [reference],
    environment: { GIZMOSQL_AUTH_LOG_LEVEL: 'warn' },
    username: 'somebody',
  }),
];

function connect({ address }: OwnedServer, role: 'admin' | 'user' = 'admin') {
  const login = address.credentials[role] ?? { username: '', password: '' };
  return FlightSqlClient.connect(address, login);
}

describe.each(targets)('$description', (target) => {
  let server: OwnedServer;
  let client: FlightSqlClient;

  beforeAll(async () => {
    server = await target.start({ databaseFilename: null });
    client = await connect(server);
  });

  afterAll(async () => {
    client.close();
    await server.dispose();
    target.dispose();
    expect(existsSync(server.folder)).toBe(false);
  });

  it('gives a login for every role, and for any user', async () => {
    const { username, password } = await server.login("O'Brien", 'readonly');
    const reader = await FlightSqlClient.connect(server.address, { username, password });
    const { rows } = await reader.query('SELECT GIZMOSQL_USER(), GIZMOSQL_ROLE()');
    expect(rows).toEqual([["O'Brien", 'readonly']]);
    expect(await reader.closeSession()).toBe('CLOSED');
    reader.close();
  });

  it('logs in by the name that the run gives the admin, whatever the server has by default', () => {
    expect(server.address.credentials.admin?.username).toBe(
      target.settings.username ?? 'gizmosql_username',
    );
  });

  it('loads rows, changes them and counts them', async () => {
    const columns = [
      { name: 'id', type: 'BIGINT' },
      { name: 'name', type: 'VARCHAR' },
    ] as const;
    const rows = [
      [2n ** 60n, 'Zoë'],
      [null, ''],
    ];
    const definition = { ifNotExist: 1, ifExists: 1 };
    const into = { table: 'loaded', tableDefinitionOptions: definition };
    expect(await client.ingest(into, { columns, rows })).toBe(2n);
    expect((await client.query('SELECT * FROM loaded')).rows).toEqual(rows);
    expect(await client.update("UPDATE loaded SET name = 'x' WHERE id IS NULL")).toBe(1n);
  });

  it('hides a transaction until it is committed, and rolls another one back', async () => {
    await client.update('CREATE TABLE kept (n INTEGER)');
    for (const end of ['commit', 'rollback'] as const) {
      const transaction = await client.beginTransaction();
      await client.update('INSERT INTO kept VALUES (1)', { transaction });
      await client.endTransaction(transaction, end);
    }
    expect((await client.query('SELECT count(*) FROM kept')).rows).toEqual([[1n]]);
  });

  it('binds parameters of several rows to an update', async () => {
    await client.update('CREATE TABLE bound (n INTEGER, t VARCHAR)');
    const insert = await client.prepare('INSERT INTO bound VALUES (?, ?)');
    insert.bind({
      columns: [
        { name: 'n', type: 'INTEGER' },
        { name: 't', type: 'VARCHAR' },
      ],
      rows: [
        [1, 'one'],
        [2, null],
      ],
    });
    await insert.update();
    await insert.close();
    const { rows } = await client.query('SELECT * FROM bound ORDER BY n');
    expect(rows).toEqual([
      [1, 'one'],
      [2, null],
    ]);
  });

  it('sets session options and lists its actions', async () => {
    const wrong = await client.setSessionOptions({ schema: 'main', no_such_option: 'x' });
    expect(Object.keys(wrong)).toEqual(['no_such_option']);
    expect((await client.getSessionOptions())['schema']).toBe('main');
    const actions = (await client.listActions()).map(({ type }) => type);
    expect(actions).toContain('CreatePreparedStatement');
  });

  it('answers every metadata command', async () => {
    expect((await client.metadata('tableTypes')).columns).toEqual(['table_type']);
    const tables = await client.metadata('tables', { tableNameFilterPattern: 'lo%' });
    expect(tables.rows.map((row) => row[2])).toEqual(['loaded']);
    expect((await client.metadata('sqlInfo', [0])).rows).toHaveLength(1);
    expect((await client.metadata('xdbcTypeInfo')).rows.length).toBeGreaterThan(0);
  });

  it('keeps its files over a restart, with another instance_id', async () => {
    const first = await target.start();
    const before = await connect(first);
    await before.update('CREATE TABLE stays AS SELECT 7 AS n');
    const instance = 'SELECT GIZMOSQL_CURRENT_INSTANCE()';
    const { rows } = await before.query(instance);
    before.close();
    await first.kill();
    const second = await first.restart({ tls: 'mtls' });
    const after = await connect(second);
    expect((await after.query('SELECT n FROM stays')).rows).toEqual([[7]]);
    expect((await after.query(instance)).rows).not.toEqual(rows);
    after.close();
    await second.dispose();
  });
});

describe('a server that does not start', () => {
  it('is given the licence of the run, by the variable for its file', async () => {
    const given: Readonly<Record<string, string>>[] = [];
    const launcher: Launcher = {
      picksPort: false,
      launch: ({ environment }) => {
        given.push(environment);
        return Promise.reject(new ServerNotStarted('no'));
      },
    };
    const license = '/etc/license.jwt';
    const program = { kind: 'command', command: 'x', arguments: [], environment: {} } as const;
    const target = new OwnedTarget({ ...program, license }, 'x', launcher);
    await expect(target.start()).rejects.toThrow('no');
    expect(given[0]).toMatchObject({ GIZMOSQL_LICENSE_KEY_FILE: license });
    target.dispose();
  });

  it.each([
    ['Cannot listen on 127.0.0.1:36873: the port is taken.', 3],
    ['bind: Address already in use', 3],
    ['Error: listen EADDRINUSE: address already in use 127.0.0.1:36873', 3],
    ['unknown flag --tls', 1],
  ])('is started on another port when its port is in use: %s', async (words, launches) => {
    const ports: string[] = [];
    const launcher: Launcher = {
      picksPort: false,
      launch: ({ flags }) => {
        ports.push(flags[flags.indexOf('--port') + 1] ?? '');
        return Promise.reject(new ServerNotStarted(words));
      },
    };
    const settings = { kind: 'command', command: 'x', arguments: [], environment: {} } as const;
    const target = new OwnedTarget(settings, 'x', launcher);
    await expect(target.start()).rejects.toThrow(words);
    expect(ports).toHaveLength(launches);
    expect(ports).not.toContain('0');
    target.dispose();
  });
});
