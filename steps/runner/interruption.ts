let interrupted = false;

/** From now on every scenario that starts is skipped; the run ends as soon as the current one does. */
export function interrupt(): void {
  interrupted = true;
}

/** Whether the run is being cut short. */
export function isInterrupted(): boolean {
  return interrupted;
}
