import { constants } from 'node:os';

/**
 * The first SIGTERM or SIGINT from now on. Another one after it ends the
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
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
