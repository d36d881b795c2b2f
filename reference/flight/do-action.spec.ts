import { create } from '@bufbuild/protobuf';
import { expect, it, vi } from 'vitest';
import { packCommand } from '../../protocol/command.js';
import { ActionSchema } from '../../protocol/gen/flight_pb.js';
import { ActionCreatePreparedStatementRequestSchema } from '../../protocol/gen/flight_sql_pb.js';
import { inCall } from '../sessions/current-call.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import { sessionOn } from '../session-fixture.js';
import type { StatementService } from '../statements/statement-service.js';
import { doAction } from './do-action.js';

it('what is prepared for a client that is gone is let go of', async () => {
  const over = new AbortController();
  const ends = { over: over.signal, lost: new AbortController().signal };
  const close = vi.fn();
  const prepare = vi.fn<StatementService['prepare']>().mockImplementation((session, sql) => {
    over.abort(); // While the engine is at it.
    const executable = { close } as unknown as Awaited<
      ReturnType<StatementService['prepare']>
    >['executable'];
    return Promise.resolve({
      id: 'p',
      session,
      sql,
      flightMethod: '',
      isInternal: false,
      executable,
      schema: null,
    });
  });
  const context = {
    statements: { prepare } as unknown as StatementService,
    sessions: {} as unknown as SessionRegistry,
  };
  const session = sessionOn({});
  const body = packCommand(ActionCreatePreparedStatementRequestSchema, { query: 'SELECT 1' });
  const action = create(ActionSchema, { type: 'CreatePreparedStatement', body });
  const prepared = inCall(ends, () => doAction(context, session, action));
  await expect(prepared).rejects.toMatchObject({ kind: 'cancelled' });
  expect(close).toHaveBeenCalledTimes(1);
  expect(session.prepared.size).toBe(0);
});
