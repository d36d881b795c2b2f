import { constants } from 'node:os';

/**
 * The first SIGTERM, SIGINT or SIGHUP, which a terminal sends that is closed, from now on. Another one after it ends the
 * process at once, as the signal would have done by itself.
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
