import { AsyncLocalStorage } from 'node:async_hooks';

/** Signals for the end of a call. */
export interface CallEnds {
  /** Aborts when the call is answered, or cancelled by its client. */
  readonly over: AbortSignal;
  /**
   * Aborts when the call's network connection is lost. A client that only cancels may still want the effect.
   */
  readonly lost: AbortSignal;
}

const calls = new AsyncLocalStorage<CallEnds>();

/** Runs `work` as part of a call. */
export function inCall<T>(ends: CallEnds, work: () => T): T {
  return calls.run(ends, work);
}

/** The call of the current work; undefined for the server's own work. */
export function currentCall(): CallEnds | undefined {
  return calls.getStore();
}
