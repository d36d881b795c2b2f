import { AsyncLocalStorage } from 'node:async_hooks';

/** How a call ends, for what is done for it. */
export interface CallEnds {
  /** Aborts when it is answered, or given up by its client. */
  readonly over: AbortSignal;
  /** Aborts when its connection is lost. A client that only gives it up may still want what it does. */
  readonly lost: AbortSignal;
}

const calls = new AsyncLocalStorage<CallEnds>();

/** Does what a call asks for. */
export function inCall<T>(ends: CallEnds, work: () => T): T {
  return calls.run(ends, work);
}

/** Of the call that this is done for; undefined for work of the server's own. */
export function currentCall(): CallEnds | undefined {
  return calls.getStore();
}
