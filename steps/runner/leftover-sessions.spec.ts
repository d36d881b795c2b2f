import { expect, it } from 'vitest';
import { FlightSqlClient } from '../client/flight-sql-client.js';
import { withinAMinute } from '../scenario/within-a-minute.js';
import { useReference } from '../targets/reference-fixture.js';
import { endLeftovers } from './leftover-sessions.js';

const reference = useReference();

const patience = { lacks: {}, visibilityMs: 2_000 };
const core = { status: 'not-offered', reason: 'Core' } as const;

async function connect(): Promise<{ client: FlightSqlClient; id: string }> {
  const { admin } = reference.server.address.credentials;
  const login = admin ?? { username: '', password: '' };
  const client = await FlightSqlClient.connect(reference.server.address, login, {
    timeoutMs: 60_000,
  });
  const { rows } = await client.query('SELECT GIZMOSQL_CURRENT_SESSION()');
  return { client, id: rows[0]?.[0] as string };
}

it('ends what is left, of its own sessions only, and tells so', async () => {
  const [mine, others, closed] = [await connect(), await connect(), await connect()];
  const query = mine.client
    .query(`SELECT sum(random()) FROM range(1000000000000) WHERE ${withinAMinute}`)
    .catch((error: unknown) => error);
  await expect
    .poll(
      async () => {
        const { rows } = await others.client.query(
          `SELECT count(*)::INTEGER FROM _gizmosql_instr.sql_executions JOIN _gizmosql_instr.sql_statements USING (statement_id)
           WHERE status = 'executing' AND session_id = '${mine.id}'`,
        );
        return rows[0]?.[0];
      },
      { timeout: 20_000 },
    )
    .toBeGreaterThan(0);
  await closed.client.closeSession();
  const ids = new Set([mine.id, closed.id]);
  expect(await endLeftovers(reference.server.address, ids, patience)).toBe(
    '1 sessions of the suite were left at the endpoint, with 1 queries; they were killed',
  );
  expect(await query).toBeInstanceOf(Error);
  expect((await others.client.query('SELECT 1')).rows).toEqual([[1]]);
  expect(await endLeftovers(reference.server.address, ids, patience)).toBe(
    'no session and no query of the suite is left at the endpoint',
  );
  mine.client.close();
  others.client.close();
  closed.client.close();
});

it('tells what it cannot see or end', async () => {
  const { client, id } = await connect();
  const ids = new Set([id]);
  const without = { lacks: { 'kill-session': core }, visibilityMs: 100 };
  // The record of the session may be late.
  await expect
    .poll(() => endLeftovers(reference.server.address, ids, without), { timeout: 20_000 })
    .toContain('offers no way to end them');
  const blind = { lacks: { instrumentation: core }, visibilityMs: 100 };
  expect(await endLeftovers(reference.server.address, ids, blind)).toContain('it keeps no records');
  const gone = { ...reference.server.address, port: 1 };
  expect(await endLeftovers(gone, ids, patience)).toContain('cannot be seen: ');
  client.close();
});
