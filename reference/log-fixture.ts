import { vi } from 'vitest';
import type { Mock } from 'vitest';
import type { Log } from './log.js';

/** A log that discards all lines, for specs. */
export const nullLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  at: () => undefined,
};

/** A log that only remembers its calls. */
export type SpiedLog = { readonly [Level in keyof Log]: Mock<Log[Level]> };

export function spiedLog(): SpiedLog {
  return { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn(), at: vi.fn() };
}
