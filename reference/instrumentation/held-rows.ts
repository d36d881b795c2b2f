import type { Row } from './instrumentation-table.js';
import { bytesOf } from './pending-rows.js';

/** New rows, by key, that wait for a change that is likely to come soon. */
export class HeldRows {
  /** In the order in which they came. */
  private readonly rows = new Map<string, { readonly row: Row; readonly since: number }>();
  private heldBytes = 0;

  constructor(private readonly holdMs: number) {}

  get size(): number {
    return this.rows.size;
  }

  /** Roughly. */
  get bytes(): number {
    return this.heldBytes;
  }

  hold(key: string, row: Row): void {
    this.heldBytes += bytesOf(row);
    this.rows.set(key, { row, since: performance.now() });
  }

  /** A row, which is held no longer; undefined when it was not held. */
  release(key: string): Row | undefined {
    const held = this.rows.get(key);
    if (held) {
      this.rows.delete(key);
      this.heldBytes -= bytesOf(held.row);
    }
    return held?.row;
  }

  /** The rows that have waited long enough, or all of them; they are held no longer. */
  releaseRipe(all: boolean): [key: string, row: Row][] {
    const now = performance.now();
    const ripe: [string, Row][] = [];
    for (const [key, { row, since }] of this.rows) {
      if (!all && now - since < this.holdMs) {
        break;
      }
      this.release(key);
      ripe.push([key, row]);
    }
    return ripe;
  }
}
