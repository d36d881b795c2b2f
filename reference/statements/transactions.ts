import { ActionEndTransactionRequest_EndTransaction as End } from '../../protocol/gen/flight_sql_pb.js';
import { Failure } from '../errors.js';
import type { Session } from '../sessions/session.js';

/** Begins a transaction on the session's connection; returns its id. */
export async function beginTransaction(session: Session): Promise<Uint8Array> {
  await run(session, 'BEGIN TRANSACTION');
  session.transactionId = crypto.randomUUID();
  return Buffer.from(session.transactionId);
}

/** Ends the open transaction. Throws a Failure when it is not the one named. */
export async function endTransaction(session: Session, id: Uint8Array, end: End): Promise<void> {
  if (end === End.UNSPECIFIED) {
    throw new Failure('invalid-argument', 'EndTransaction says neither commit nor rollback');
  }
  if (id.length === 0) {
    throw new Failure('invalid-argument', 'EndTransaction names no transaction');
  }
  checkTransaction(session, id);
  session.transactionId = null;
  await run(session, end === End.COMMIT ? 'COMMIT' : 'ROLLBACK');
}

/** A statement that names a transaction must name the session's open one. */
export function checkTransaction(session: Session, id: Uint8Array | undefined): void {
  if (id && id.length > 0 && Buffer.from(id).toString() !== session.transactionId) {
    throw new Failure('invalid-argument', 'Transaction not found: it has ended or was never begun');
  }
}

async function run(session: Session, sql: string): Promise<void> {
  try {
    await session.lane.run(() => session.connection.execute(sql));
  } catch (cause) {
    throw new Failure('invalid-argument', cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}
