import { ActionEndTransactionRequest_EndTransaction as End } from '../../protocol/gen/flight_sql_pb.js';
import { engineMessage } from '../engine/engine-error.js';
import { Failure } from '../errors.js';
import type { Waiting } from '../sessions/connection-lane.js';
import { currentCall } from '../sessions/current-call.js';
import type { Session } from '../sessions/session.js';

/** Begins a transaction on the session's connection. Returns its id. Throws a Failure if one is open. */
export async function beginTransaction(session: Session): Promise<Uint8Array> {
  const begin = async ({ connection, identity }: Session): Promise<void> => {
    // The engine's own error would abort the open transaction.
    if (await connection.inTransaction()) {
      throw new Failure('invalid-argument', 'The session has an open transaction already');
    }
    await connection.begin(identity.role === 'readonly' ? 'READ ONLY' : '');
  };
  await run(session, begin, { over: currentCall()?.over });
  session.transactionId = crypto.randomUUID();
  return Buffer.from(session.transactionId);
}

/** Ends the open transaction. Throws a Failure if its id differs or it cannot be committed. */
export async function endTransaction(session: Session, id: Uint8Array, end: End): Promise<void> {
  if (end === End.UNSPECIFIED) {
    throw new Failure('invalid-argument', 'EndTransaction says neither commit nor rollback');
  }
  if (id.length === 0) {
    throw new Failure('invalid-argument', 'EndTransaction names no transaction');
  }
  await run(session, async ({ connection }) => {
    // Checked only with the connection, so that a caller refused while waiting can try again.
    checkTransaction(session, id);
    session.transactionId = null;
    await (end === End.COMMIT ? connection.commit() : connection.rollback());
  });
}

/** Throws if a request names a transaction other than the session's open one. */
export function checkTransaction(session: Session, id: Uint8Array | undefined): void {
  if (id && id.length > 0 && Buffer.from(id).toString() !== session.transactionId) {
    throw new Failure('invalid-argument', 'Transaction not found: it has ended or was never begun');
  }
}

async function run(
  session: Session,
  work: (session: Session) => Promise<void>,
  waiting?: Waiting,
): Promise<void> {
  try {
    await session.lane.run(() => work(session), waiting);
    session.connection.names.note();
  } catch (cause) {
    throw cause instanceof Failure
      ? cause
      : new Failure('unknown', engineMessage(cause), { cause });
  }
}
