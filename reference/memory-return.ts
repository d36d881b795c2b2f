import { performance } from 'node:perf_hooks';
import type { EventLoopUtilization } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The interval of the checks, in milliseconds. */
const everyMs = 2000;
/** The time after which a busy server returns memory anyway, in milliseconds. */
const mostBusyMs = 30_000;
/** The utilization of the event loop below which the server is idle. */
const idleBelow = 0.1;
/** The growth since the start that is not returned, in bytes. */
const mayStay = 128 << 20;
/** A change of memory that counts as activity, in bytes. */
const noticed = 16 << 20;

/** The functions to measure and free memory. */
export interface MemoryParts {
  /** The resident memory of the process, in bytes. */
  readonly resident: () => number;
  /** The utilization since the last call, from 0 to 1. */
  readonly busy: () => number;
  /** Runs V8's garbage collection. */
  readonly collect: () => void;
  /** Returns freed memory to the operating system. */
  readonly trim: () => Promise<void>;
}

/**
 * Returns memory after large results. Messages are outside V8's heap and are freed only at V8's next
 * collection, which an idle server does not reach. The C library then keeps the freed memory.
 */
export class MemoryReturn {
  private readonly atStart: number;
  private afterLast: number;
  private busyMs = 0;
  private used = false;

  constructor(private readonly parts: MemoryParts) {
    this.atStart = this.afterLast = parts.resident();
  }

  /** Must be called every two seconds. Returns memory if the server has grown, was used and is idle. */
  async check(): Promise<void> {
    const { parts } = this;
    const resident = parts.resident();
    const busy = parts.busy() >= idleBelow;
    this.used ||= busy || Math.abs(resident - this.afterLast) >= noticed;
    this.busyMs = busy ? this.busyMs + everyMs : 0;
    if (this.used && resident - this.atStart >= mayStay && (!busy || this.busyMs >= mostBusyMs)) {
      this.used = false;
      this.busyMs = 0;
      parts.collect();
      await parts.trim();
      this.afterLast = parts.resident();
    }
  }
}

/** Watches the memory of this process. Returns the function that stops it. `trim` as in MemoryParts. */
export function watchMemory(trim: () => Promise<void>): () => Promise<void> {
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  const memory = new MemoryReturn({
    resident: () => process.memoryUsage.rss(),
    busy: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
    collect: garbageCollector(),
    trim,
  });
  let checking: Promise<void> | null = null;
  const timer = setInterval(() => {
    checking ??= memory.check().finally(() => {
      checking = null;
    });
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await checking;
  };
}

/** V8's gc function. Node.js exposes it only with this flag. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
