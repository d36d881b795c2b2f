import { beforeEach, describe, expect, it } from 'vitest';
import type { FlightSqlClient } from '../../steps/client/flight-sql-client.js';
import { useDatabase } from '../engine/database-fixture.js';
import { openRolesServer } from '../roles-fixture.js';
import { useWorkshop } from '../server-fixture.js';
import { sessionOn } from '../session-fixture.js';
import { usualSettings } from '../sessions/query-settings.js';
import type { Session } from '../sessions/session.js';
import { GizmosqlSettings } from './gizmosql-settings.js';

const initial = { ...usualSettings, queryTimeoutSeconds: 7, bypassQueue: true } as const;
const newest = () => new GizmosqlSettings({ initial, isFrom: () => true });
const adminOn = (connection: Parameters<typeof sessionOn>[0]): Session => {
  const session = sessionOn(connection);
  Object.assign(session.identity, { role: 'admin' });
  return session;
};

describe('GizmosqlSettings', () => {
  const used = useDatabase();

  it('has those of the session before those of all, and the first ones again after a RESET', async () => {
    const settings = newest();
    const [one, other] = [sessionOn({}), adminOn({})];
    const set = (session: Session, name: string, value: string | null, global = false) =>
      settings.apply(session, { name, value, global });
    await set(one, 'query_timeout', '5');
    await set(other, 'query_timeout', '9', true);
    await set(other, 'query_log_level', 'warning', true);
    expect(settings.of(one)).toMatchObject({ queryTimeoutSeconds: 5, queryLogLevel: 'warn' });
    expect(settings.of(other)).toMatchObject({ queryTimeoutSeconds: 9, queryLogLevel: 'warn' });
    await set(one, 'query_timeout', null);
    expect(settings.of(one).queryTimeoutSeconds).toBe(9);
    await set(other, 'query_timeout', null, true);
    expect(settings.of(one).queryTimeoutSeconds).toBe(7);
    expect(settings.changes).toBe(5);
  });

  it('lets only admins pass the queue, and these by default', async () => {
    const settings = newest();
    const [user, admin] = [sessionOn({}), adminOn({})];
    expect([settings.of(user).bypassQueue, settings.of(admin).bypassQueue]).toEqual([false, true]);
    const set = (session: Session, value: string) =>
      settings.apply(session, { name: 'bypass_queue', value, global: false });
    await expect(set(user, 'true')).rejects.toThrow('Only admin users can set gizmosql.bypass');
    await set(user, 'false');
    await set(admin, 'false');
    expect(settings.of(admin).bypassQueue).toBe(false);
    await set(admin, 'TRUE');
    expect(settings.of(admin).bypassQueue).toBe(true);
  });

  it.each([
    ['query_timeout', 'soon', "gizmosql.query_timeout is 'soon'; it must be a whole number"],
    ['query_timeout', '-1', "is '-1'; it must be a whole number from 0 to 2147483"],
    ['query_timeout', '2147484', 'it must be a whole number from 0 to 2147483'],
    ['query_log_level', 'loud', 'it must be debug, info, warn, error, fatal'],
    ['capture_query_profile', 'on', "is 'on'; it must be off, standard, detailed"],
    ['max_queue_wait', '-2', 'it must be a whole number from -1 to'],
    ['bypass_queue', '2', 'it must be true or false'],
    ['query_tag', '{', "gizmosql.query_tag is '{'; it must be JSON"],
    ['session_tag', ' ', "gizmosql.session_tag is ' '; it must be JSON"],
    ['session_tag', 'x'.repeat(500), `is '${'x'.repeat(200)}…'; it must be JSON`],
    ['colour', 'red', 'There is no setting gizmosql.colour; there are gizmosql.query_log_level,'],
    ['max_concurrent_statements', '5', 'write SET GLOBAL gizmosql.max_concurrent_statements'],
  ])('refuses %s = %s and changes nothing', async (name, value, message) => {
    const settings = newest();
    const session = adminOn(used.connection);
    const change = { name, value, global: false };
    await expect(settings.check(session, change)).rejects.toThrow(message);
    await expect(settings.apply(session, change)).rejects.toThrow(message);
    expect(session.settings).toEqual({});
    expect(settings.changes).toBe(0);
  });

  it.each([
    ['user', 'query_timeout', 'Only admin users can set gizmosql.query_timeout for all sessions'],
    ['admin', 'query_tag', 'write SET gizmosql.query_tag without GLOBAL'],
    ['admin', 'bypass_queue', 'is a setting of one session'],
  ])('refuses a %s to set %s for all sessions', async (role, name, message) => {
    const session = role === 'admin' ? adminOn({}) : sessionOn({});
    const change = { name, value: '5', global: true };
    await expect(newest().apply(session, change)).rejects.toThrow(message);
  });

  it('has only those of its release', async () => {
    const settings = new GizmosqlSettings({ initial, isFrom: (release) => release === '1.17' });
    const session = sessionOn(used.connection);
    const names = ['gizmosql.query_log_level', 'gizmosql.query_timeout'];
    expect(settings.list(session).map(({ name }) => name)).toEqual(names);
    await expect(
      settings.apply(session, { name: 'query_tag', value: '1', global: false }),
    ).rejects.toThrow('there are gizmosql.query_log_level, gizmosql.query_timeout');
  });
});

describe('a server', () => {
  const workshop = useWorkshop();
  let client: FlightSqlClient;

  beforeEach(async () => {
    client = await workshop.connect(await workshop.start());
  });

  const timeout = async () =>
    (
      await client.query(
        "SELECT value, session_value, global_value, default_value FROM gizmosql_settings() WHERE name = 'gizmosql.query_timeout'",
      )
    ).rows[0];

  it('interrupts what takes longer than the session allows', async () => {
    const set = await client.query('SET gizmosql.query_timeout = 1');
    expect([set.columns, set.rows]).toEqual([['Success'], []]);
    await expect(client.query('SELECT sum(i) FROM range(1000000000000) t(i)')).rejects.toThrow(
      'Query exceeded the timeout of 1 seconds',
    );
    const prepared = await client.prepare('SET gizmosql.query_timeout = 0');
    await prepared.update();
    expect((await client.query('SELECT 1')).rows).toEqual([[1]]);
  });

  it('logs no less than the session wants', async () => {
    const about = () => workshop.lines.filter(({ msg }) => msg === 'statement prepared').length;
    await client.query('SET gizmosql.query_log_level = error');
    const before = about();
    await client.query('SELECT 1');
    expect(about()).toBe(before);
    await expect(client.query('SELEC 1')).rejects.toThrow();
    expect(about()).toBe(before + 1);
    await client.query('SET gizmosql.query_log_level = debug');
    const quiet = about();
    await client.query('SELECT 1');
    expect(about()).toBe(quiet + 2);
  });

  it.each([
    'SET gizmosql.query_timeout = 5',
    'set/**/session\n"gizmosql" . QUERY_TIMEOUT to\t5 ;;',
    '; SET LOCAL gizmosql.query_timeout = 5',
    'SET "gizmosql.query_timeout" = \'5\'',
    'PRAGMA "gizmosql.query_timeout" = 5',
    'SET gizmosql.query_timeout = $$5$$',
    'SET gizmosql.query_timeout = 2 + (3)',
    "SET VARIABLE five = 5; SET gizmosql.query_timeout = getvariable('five')",
    'SELECT 1; SET gizmosql.query_timeout = 5; SELECT 2',
  ])('takes what DuckDB takes for SET, by a query and an update: %s', async (sql) => {
    await client.query(sql);
    expect(await timeout()).toEqual(['5', '5', '0', '0']);
    await client.query('RESET gizmosql.query_timeout');
    expect(await timeout()).toEqual(['0', null, '0', '0']);
    await client.update(sql);
    expect(await timeout()).toEqual(['5', '5', '0', '0']);
    await client.update('SET gizmosql.query_timeout TO DEFAULT');
    expect(await timeout()).toEqual(['0', null, '0', '0']);
  });

  it('executes a prepared SET each time, with a parameter as well', async () => {
    const prepared = await client.prepare('SET gizmosql.query_timeout = $1');
    const update = async (value: string | null) => {
      prepared.bind({ columns: [{ name: '1', type: 'VARCHAR' }], rows: [[value]] });
      await prepared.update();
    };
    await update('5');
    expect(await timeout()).toEqual(['5', '5', '0', '0']);
    await update('6');
    expect(await timeout()).toEqual(['6', '6', '0', '0']);
    await expect(update('soon')).rejects.toThrow("is 'soon'; it must be");
    await expect(update(null)).rejects.toThrow('gizmosql.query_timeout cannot be NULL');
    expect(await timeout()).toEqual(['6', '6', '0', '0']);
  });

  it.each([
    ['SET gizmosql.query_timeout = on', 'syntax error at or near "on"'],
    ['SET gizmosql.query_timeout 5', 'syntax error'],
    ['SET gizmosql.query_timeout = 1, 2', 'SET needs a single scalar value'],
    ['SET gizmosql.query_timeout = (SELECT 5)', 'SET value cannot contain subqueries'],
    ['SET gizmosql.query_timeout = NULL', 'cannot be NULL'],
    ['SET gizmosql.query_timeout = 1 + ?', 'must be its whole value'],
    ['SET gizmosql.query_timeout = -5', "is '-5'; it must be"],
    ["SET gizmosql.query_timeout = 'a' || 'b'", "is 'ab'; it must be"],
    ['SET gizmosql.Colour = 1', 'There is no setting gizmosql.colour'],
    ['RESET gizmosql.colour', 'There is no setting gizmosql.colour'],
    ['SELECT 1; SET gizmosql.colour = 1', 'There is no setting gizmosql.colour'],
  ])('refuses %s', async (sql, message) => {
    await client.query('SET gizmosql.query_timeout = 9');
    await expect(client.query(sql)).rejects.toThrow(message);
    await expect(client.update(sql)).rejects.toThrow(message);
    expect(await timeout()).toEqual(['9', '9', '0', '0']);
  });

  it('lists the settings of the moment, also in a statement that was prepared before', async () => {
    const sql = "SELECT value FROM gizmosql_settings() WHERE name = 'gizmosql.query_timeout'";
    const prepared = await client.prepare(sql);
    expect((await prepared.query()).rows).toEqual([['0']]);
    await client.update('SET GLOBAL gizmosql.query_timeout = 8');
    expect((await prepared.query()).rows).toEqual([['8']]);
    expect((await client.query(`SET gizmosql.query_timeout = 3; ${sql}`)).rows).toEqual([['3']]);
  });
});

describe('the settings of a role', () => {
  it.each(['user', 'readonly'] as const)('%s are its own alone', async (role) => {
    const server = await openRolesServer();
    try {
      const [client, admin] = [await server.as(role), await server.as('admin')];
      await client.update('SET gizmosql.query_timeout = 2 * (3)');
      const value = async (of: FlightSqlClient) =>
        (await of.query("SELECT value FROM gizmosql_settings() WHERE name LIKE '%timeout'")).rows;
      expect(await value(client)).toEqual([['6']]);
      expect(await value(admin)).toEqual([['0']]);
      await expect(client.update('SET GLOBAL gizmosql.query_timeout = 5')).rejects.toThrow(
        'Only admin users',
      );
      await expect(
        client.update("SET gizmosql.query_tag = (read_text('/etc/hostname'))::VARCHAR"),
      ).rejects.toThrow();
      await expect(client.update("SET gizmosql.query_timeout = nextval('s')")).rejects.toThrow();
      expect(await value(client)).toEqual([['6']]);
    } finally {
      await server.close();
    }
  });
});
