import { AsyncLocalStorage } from 'node:async_hooks';

const calls = new AsyncLocalStorage<AbortSignal>();

/** Does what a call asks for. `over` aborts when the call is answered, or given up by its client. */
export function inCall<T>(over: AbortSignal, work: () => T): T {
  return calls.run(over, work);
}

/** Aborts when nobody waits any more for what is done here; undefined for work of the server's own. */
export function callOver(): AbortSignal | undefined {
  return calls.getStore();
}
