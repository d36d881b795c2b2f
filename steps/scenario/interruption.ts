import { BroadcastChannel } from 'node:worker_threads';

let interrupted = false;

// Scenarios may run in worker threads, each with its own copy of this module.
const channel = new BroadcastChannel('gizmosql-conformance interruption');
channel.onmessage = () => {
  interrupted = true;
};
channel.unref();

/** Resets the interruption of an earlier run. */
export function resetInterruption(): void {
  interrupted = false;
}

/** Skips every further scenario, so that the run ends when the current ones do. */
export function interrupt(): void {
  interrupted = true;
  channel.postMessage(true);
}

export function isInterrupted(): boolean {
  return interrupted;
}
