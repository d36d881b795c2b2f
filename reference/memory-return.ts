import { performance } from 'node:perf_hooks';
import type { EventLoopUtilization } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How often memory is looked at, in milliseconds. */
const everyMs = 2000;
/** How long the server may be busy before memory is given back all the same, in milliseconds. */
const mostBusyMs = 30_000;
/** The part of a time in which a server does something that it is idle below. */
const idleBelow = 0.1;
/** How much more than at the start may stay, in bytes. */
const mayStay = 128 << 20;
/** A change of memory that shows that something was done, in bytes. */
const noticed = 16 << 20;

/** What memory is asked of and given back with. */
export interface MemoryParts {
  /** Bytes of memory that the process has of the operating system. */
  readonly resident: () => number;
  /** How busy the process was since the last call: 0 to 1. */
  readonly busy: () => number;
  /** Frees what no program needs any more. */
  readonly collect: () => void;
  /** Gives the operating system back what is free. */
  readonly trim: () => Promise<void>;
}

/**
 * Gives memory back after large results. Nothing else would: messages are
 * memory outside of V8's heap, which V8 frees at its next collection, and an
 * idle server never comes to one; what is freed the C library keeps.
 */
export class MemoryReturn {
  private readonly atStart: number;
  private afterLast: number;
  private busyMs = 0;
  private used = false;

  constructor(private readonly parts: MemoryParts) {
    this.atStart = this.afterLast = parts.resident();
  }

  /** To be called every two seconds. Gives memory back where the server has grown, was used and is idle. */
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

/** Watches the memory of this process from now on; returns what ends that. `trim` as in MemoryParts. */
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

/** V8's own, which Node.js shows to who asks for it by a flag only. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
