import { beforeEach, describe, expect, it } from 'vitest';
import type { FlightSqlClient } from '../../steps/client/flight-sql-client.js';
import { useWorkshop } from '../server-fixture.js';
import { sessionOn } from '../session-fixture.js';
import { GizmosqlSettings, parseSetting } from './gizmosql-settings.js';

describe('parseSetting', () => {
  it.each([
    ['SET gizmosql.query_timeout = 5', false, 'query_timeout', '5'],
    ['set session GIZMOSQL.Query_Timeout to 5;', false, 'query_timeout', '5'],
    ['SET LOCAL gizmosql.query_log_level = debug', false, 'query_log_level', 'debug'],
    [
      `/* c */ SET GLOBAL "gizmosql" . "query_log_level" = 'warn' ;;`,
      true,
      'query_log_level',
      'warn',
    ],
    ['SET gizmosql.query_timeout = -1', false, 'query_timeout', '-1'],
    ['SET gizmosql.colour = red', false, 'colour', 'red'],
    ['RESET gizmosql.query_timeout', false, 'query_timeout', null],
    ['RESET GLOBAL gizmosql.query_timeout', true, 'query_timeout', null],
  ])('reads %s', (sql, global, name, value) => {
    expect(parseSetting(sql)).toEqual({ global, name, value });
  });

  it.each([
    'SELECT 1',
    "SELECT 'SET gizmosql.query_timeout = 5'",
    'SET threads = 1',
    'SET gizmosql = 1',
    'SET gizmosql.query_timeout',
    '-- SET gizmosql.query_timeout = 5',
  ])('leaves other SQL to the engine: %s', (sql) => {
    expect(parseSetting(sql)).toBeNull();
  });
});

describe('GizmosqlSettings', () => {
  const initial = { queryTimeoutSeconds: 7, queryLogLevel: 'info' } as const;
  const change = async (
    settings: GizmosqlSettings,
    session: ReturnType<typeof sessionOn>,
    sql: string,
  ) => {
    const parsed = parseSetting(sql);
    if (!parsed) {
      throw new Error(`no setting: ${sql}`);
    }
    await settings.check(session, parsed);
    await settings.executable(session, parsed).update();
  };

  it('has those of the session before those of all, and the first ones again after a RESET', async () => {
    const settings = new GizmosqlSettings(initial);
    const [one, other] = [sessionOn({}), sessionOn({})];
    Object.assign(other.identity, { role: 'admin' });
    await change(settings, one, 'SET gizmosql.query_timeout = 5');
    await change(settings, other, 'SET GLOBAL gizmosql.query_timeout = 9');
    await change(settings, other, 'SET GLOBAL gizmosql.query_log_level = warning');
    expect(settings.of(one)).toEqual({ queryTimeoutSeconds: 5, queryLogLevel: 'warn' });
    expect(settings.of(other)).toEqual({ queryTimeoutSeconds: 9, queryLogLevel: 'warn' });
    await change(settings, one, 'RESET gizmosql.query_timeout');
    expect(settings.of(one).queryTimeoutSeconds).toBe(9);
    await change(settings, other, 'RESET GLOBAL gizmosql.query_timeout');
    expect(settings.of(one).queryTimeoutSeconds).toBe(7);
  });

  it.each([
    ['SET gizmosql.query_timeout = soon', "is 'soon'; it must be seconds"],
    ['SET gizmosql.query_timeout = -1', "is '-1'; it must be seconds"],
    ['SET gizmosql.query_log_level = loud', 'it must be debug, info, warn, error, fatal'],
    ['SET gizmosql.colour = red', 'There is no setting gizmosql.colour; there are'],
    ['SET GLOBAL gizmosql.query_timeout = 5', 'Only admin users'],
  ])('refuses %s', async (sql, message) => {
    await expect(change(new GizmosqlSettings(initial), sessionOn({}), sql)).rejects.toThrow(
      message,
    );
  });
});

describe('a server', () => {
  const workshop = useWorkshop();
  let client: FlightSqlClient;

  beforeEach(async () => {
    client = await workshop.connect(await workshop.start());
  });

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
});
