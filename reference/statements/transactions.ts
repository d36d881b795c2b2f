import { ActionEndTransactionRequest_EndTransaction as End } from '../../protocol/gen/flight_sql_pb.js';
import type { Connection } from '../engine/connection.js';
import { engineMessage } from '../engine/engine-error.js';
import { Failure } from '../errors.js';
import type { Session } from '../sessions/session.js';

/** Begins a transaction on the session's connection; returns its id. Throws a Failure when one is open. */
export async function beginTransaction(session: Session): Promise<Uint8Array> {
  const waiting = (begin: () => Promise<void>) => session.lane.runForCall(begin);
  await run(session, waiting, async ({ connection }) => {
    // The engine would answer with an error as well, and spoil the open transaction.
    if (await connection.inTransaction()) {
      throw new Failure('invalid-argument', 'The session has an open transaction already');
    }
    await connection.execute('BEGIN TRANSACTION');
  });
  session.transactionId = crypto.randomUUID();
  return Buffer.from(session.transactionId);
}

/** Ends the open transaction. Throws a Failure when it is not the one named, or cannot be committed. */
export async function endTransaction(session: Session, id: Uint8Array, end: End): Promise<void> {
  if (end === End.UNSPECIFIED) {
    throw new Failure('invalid-argument', 'EndTransaction says neither commit nor rollback');
  }
  if (id.length === 0) {
    throw new Failure('invalid-argument', 'EndTransaction names no transaction');
  }
  checkTransaction(session, id);
  session.transactionId = null;
  const waiting = (finish: () => Promise<void>) => session.lane.run(finish);
  await run(session, waiting, async ({ connection }) => {
    if (end === End.COMMIT) {
      await commit(connection);
    } else {
      await connection.execute('ROLLBACK');
    }
  });
}

/** A statement that names a transaction must name the session's open one. */
export function checkTransaction(session: Session, id: Uint8Array | undefined): void {
  if (id && id.length > 0 && Buffer.from(id).toString() !== session.transactionId) {
    throw new Failure('invalid-argument', 'Transaction not found: it has ended or was never begun');
  }
}

/** The engine answers a COMMIT after an error as if it had been one, and rolls back. */
async function commit(connection: Connection): Promise<void> {
  if (await connection.isAborted()) {
    await connection.execute('ROLLBACK');
    throw new Failure(
      'invalid-argument',
      'The transaction was rolled back: a statement in it had failed',
    );
  }
  await connection.execute('COMMIT');
}

/** `waiting` does the work once it is its turn. */
async function run(
  session: Session,
  waiting: (work: () => Promise<void>) => Promise<void>,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  try {
    await waiting(() => work(session));
    session.connection.names.note();
  } catch (cause) {
    throw cause instanceof Failure
      ? cause
      : new Failure('invalid-argument', engineMessage(cause), { cause });
  }
}
