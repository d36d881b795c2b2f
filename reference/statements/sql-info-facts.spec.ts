import { expect, it } from 'vitest';
import type { Role } from '../access/identity.js';
import type { Connection } from '../engine/connection.js';
import { sessionOn } from '../session-fixture.js';
import { Session } from '../sessions/session.js';
import { sqlWordsSql } from './metadata/sql-words.js';
import { createSqlInfo } from './sql-info-facts.js';
import type { ServerFacts } from './sql-info-facts.js';

const server: ServerFacts = {
  duckdbVersion: 'v9',
  arrowVersion: '21',
  readonly: false,
  instrumentation: null,
};
const place = { catalog: 'c', schema: 's' };

/** An engine with one word of each kind, and the statements that it was asked. */
function engine({ failures = 0 } = {}) {
  const asked: string[] = [];
  const rows: Connection['rows'] = (sql) => {
    asked.push(sql);
    return asked.length <= failures
      ? Promise.reject(new Error('not now'))
      : Promise.resolve([
          ['keywords', 'SELECT'],
          ['stringFunctions', 'lower'],
        ]);
  };
  return { asked, session: sessionOn({ rows }) };
}

function withRole({ id, client, connection }: Session, role: Role): Session {
  return new Session(id, { username: 'alice', role, authMethod: 'Basic' }, client, connection);
}

it('says what the server is, and the words of its engine', async () => {
  const facts = await createSqlInfo({ ...server, instrumentation: place })(engine().session);
  expect(facts).toEqual({
    serverName: 'gizmosql',
    serverVersion: 'duckdb v9',
    arrowVersion: '21',
    readOnly: false,
    allTablesSelectable: false,
    instrumentation: place,
    words: {
      keywords: ['SELECT'],
      stringFunctions: ['lower'],
      numericFunctions: [],
      systemFunctions: [],
      datetimeFunctions: [],
    },
  });
});

it('asks the engine once for all sessions, and not before somebody wants to know', async () => {
  const [one, another] = [engine(), engine()];
  const sqlInfo = createSqlInfo(server);
  expect(one.asked).toEqual([]);
  const facts = await sqlInfo(one.session);
  expect((await sqlInfo(another.session)).words).toBe(facts.words);
  expect((await sqlInfo(one.session)).words).toBe(facts.words);
  expect([one.asked, another.asked]).toEqual([[sqlWordsSql], []]);
});

it('asks again after the engine refused', async () => {
  const { asked, session } = engine({ failures: 1 });
  const sqlInfo = createSqlInfo(server);
  await expect(sqlInfo(session)).rejects.toThrow('not now');
  expect((await sqlInfo(session)).words.keywords).toEqual(['SELECT']);
  expect(asked).toHaveLength(2);
});

it('waits until the connection is free', async () => {
  const { asked, session } = engine();
  const turn = await session.lane.acquire();
  const facts = createSqlInfo(server)(session);
  await new Promise(setImmediate);
  expect(asked).toEqual([]);
  turn.release();
  await facts;
  expect(asked).toHaveLength(1);
});

it.each([
  [false, 'admin', false],
  [false, 'user', false],
  [false, 'readonly', true],
  [true, 'admin', true],
  [true, 'user', true],
  [true, 'readonly', true],
] as const)('a readonly server: %s, role %s: read only: %s', async (readonly, role, readOnly) => {
  const session = withRole(engine().session, role);
  expect(await createSqlInfo({ ...server, readonly })(session)).toMatchObject({ readOnly });
});

it.each([
  [null, 'admin', true],
  [null, 'user', true],
  [place, 'admin', true],
  [place, 'user', false],
  [place, 'readonly', false],
] as const)('instrumentation %o, role %s: every table: %s', async (instrumentation, role, all) => {
  const session = withRole(engine().session, role);
  const facts = await createSqlInfo({ ...server, instrumentation })(session);
  expect(facts.allTablesSelectable).toBe(all);
});
