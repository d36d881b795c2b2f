import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { Failure } from '../errors.js';
import type { Session, SessionResource } from '../sessions/session.js';
import { OpenCursors } from '../statements/open-cursors.js';
import type { Statement } from '../statements/statement.js';

/** A client's prepared statement and its last bound parameters. */
export class PreparedStatement implements SessionResource {
  parameters: readonly ParameterRow[] = [];

  readonly cursors = new OpenCursors();

  constructor(readonly statement: Statement) {}

  letGo(): void {
    this.cursors.close();
  }

  close(): void {
    this.statement.executable.close();
  }
}

/** Keeps a statement for its client. Returns the handle, which is the statement's id. */
export function keepPrepared(session: Session, statement: Statement): Uint8Array {
  session.prepared.set(statement.id, new PreparedStatement(statement));
  return Buffer.from(statement.id);
}

/** Throws Failure('not-found') if the session has no such statement. */
export function findPrepared(session: Session, handle: Uint8Array): PreparedStatement {
  const found = session.prepared.get(Buffer.from(handle).toString());
  if (!(found instanceof PreparedStatement)) {
    throw new Failure('not-found', 'Prepared statement not found');
  }
  return found;
}

/**
 * Closes a prepared statement; an unknown handle is ignored, because it was closed before. Does not wait for
 * running executions of the session; the statement is freed after them.
 */
export function closePrepared(session: Session, handle: Uint8Array): void {
  const id = Buffer.from(handle).toString();
  const statement = session.prepared.get(id);
  session.prepared.delete(id);
  statement?.letGo?.();
  void session.lane.run(() => Promise.resolve(statement?.close()), { patient: true });
}
