import { faultText, isFault } from '../errors.js';

/**
 * What the engine said, as text. What JavaScript said is for nobody's eyes but the log's, nor is where the engine's
 * library lies and what it called, which it tells with an error of its own.
 */
export function engineMessage(error: unknown): string {
  if (!(error instanceof Error) || isFault(error)) {
    return faultText;
  }
  const { message } = error;
  const stack = message.startsWith('INTERNAL Error') ? message.indexOf('\nStack Trace:') : -1;
  return stack < 0 ? message : message.slice(0, stack).trimEnd();
}

/** A result that ended before its last row, without the engine's reason. */
export class BrokenOff extends Error {
  /**
   * The engine knows why, but its Node.js binding keeps that to itself. The statement is not run again
   * to find out, as it may do something.
   */
  constructor() {
    super(
      "The query failed after its first rows. DuckDB's binding does not tell why; CREATE TEMPORARY TABLE … AS with the same query does",
    );
    this.name = 'BrokenOff';
  }
}

const interruptPrefix = 'INTERRUPT Error';

/** Whether the engine ended a query because somebody called `interrupt`. */
export function wasInterrupted(error: unknown): boolean {
  return engineMessage(error).startsWith(interruptPrefix);
}

const followsFromInterrupt =
  /^(INTERRUPT Error|TransactionContext Error: Current transaction is aborted)/;

/** Whether a query ended like one that was interrupted: what went wrong is then who interrupted it, and why. */
export function isInterrupted(error: unknown): boolean {
  return error instanceof BrokenOff || followsFromInterrupt.test(engineMessage(error));
}

/** The database that the engine would not write to, as it is attached to read only; null where it says something else. */
export function refusedDatabase(message: string): string | null {
  const [, name] =
    /on database \\?"((?:[^"]|"")*?)\\?" which is attached in read-only mode/.exec(message) ?? [];
  return name === undefined ? null : name.replaceAll('""', '"');
}

/** Whether the engine says that the transaction has failed, and that it takes nothing but its end. */
export function isOfFailedTransaction(error: unknown): boolean {
  return /^TransactionContext Error: Current transaction is aborted/.test(engineMessage(error));
}
