const interruptPrefix = 'INTERRUPT Error';

/** What the engine said, as text. */
export function engineMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether a query ended because somebody called `interrupt`. */
export function isInterrupt(error: unknown): boolean {
  return engineMessage(error).startsWith(interruptPrefix);
}
