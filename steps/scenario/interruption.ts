import { BroadcastChannel } from 'node:worker_threads';

let interrupted = false;

// Scenarios may run in other threads, each with a copy of this module.
const channel = new BroadcastChannel('gizmosql-conformance interruption');
channel.onmessage = () => {
  interrupted = true;
};
channel.unref();

/** A new run begins: what cut an earlier one short does not count for it. */
export function resetInterruption(): void {
  interrupted = false;
}

/** From now on every scenario that starts is skipped; the run ends as soon as the current ones do. */
export function interrupt(): void {
  interrupted = true;
  channel.postMessage(true);
}

/** Whether the run is being cut short. */
export function isInterrupted(): boolean {
  return interrupted;
}
