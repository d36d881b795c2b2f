import { constants } from 'node:os';

/**
 * Resolves to the next SIGTERM, SIGINT or SIGHUP (sent when a terminal closes). A second signal ends the
 * process immediately; its exit code is 128 plus the signal's number, as if the signal had killed it.
 */
export function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let received = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (received) {
        process.exit(128 + constants.signals[signal]);
      }
      received = true;
      resolve(signal);
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, onSignal);
    }
  });
}
