import { faultText, isFault } from '../errors.js';

/**
 * The engine's message for the client. Errors of JavaScript are only for the log. So is the stack trace in
 * the engine's internal errors, which shows where its library is installed.
 */
export function engineMessage(error: unknown): string {
  if (!(error instanceof Error) || isFault(error)) {
    return faultText;
  }
  const { message } = error;
  const stack = message.startsWith('INTERNAL Error') ? message.indexOf('\nStack Trace:') : -1;
  return stack < 0 ? message : message.slice(0, stack).trimEnd();
}

/** A result that ended before its last row, for a reason that the engine does not pass on. */
export class BrokenOff extends Error {
  /**
   * The Node.js binding does not pass the engine's reason on. The statement is not run again to find out,
   * because it may have effects.
   */
  constructor() {
    super(
      "The query failed after its first rows. DuckDB's binding does not tell why; CREATE TEMPORARY TABLE … AS with the same query does",
    );
    this.name = 'BrokenOff';
  }
}

const interruptPrefix = 'INTERRUPT Error';

/** Whether the engine ended a query because of `interrupt`. */
export function wasInterrupted(error: unknown): boolean {
  return engineMessage(error).startsWith(interruptPrefix);
}

const followsFromInterrupt =
  /^(INTERRUPT Error|TransactionContext Error: Current transaction is aborted)/;

/**
 * Whether a query may have failed because of an interrupt. The actual cause is then the reason for the
 * interrupt.
 */
export function isInterrupted(error: unknown): boolean {
  return error instanceof BrokenOff || followsFromInterrupt.test(engineMessage(error));
}

/** The name of the read-only database that the engine refused to write to; null for any other message. */
export function refusedDatabase(message: string): string | null {
  const [, name] =
    /on database \\?"((?:[^"]|"")*?)\\?" which is attached in read-only mode/.exec(message) ?? [];
  return name === undefined ? null : name.replaceAll('""', '"');
}

/** Whether the error says that there is no transaction to end. */
export function isWithoutTransaction(error: unknown): boolean {
  return /no transaction is active/i.test(engineMessage(error));
}

/** Whether the error says that the transaction has failed, so that the engine accepts only ROLLBACK. */
export function isOfFailedTransaction(error: unknown): boolean {
  return /^TransactionContext Error: Current transaction is aborted/.test(engineMessage(error));
}
