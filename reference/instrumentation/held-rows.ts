import type { Row } from './instrumentation-table.js';
import { bytesOf } from './pending-rows.js';

/** New rows, by key, that are held back because a change to them is expected within `holdMs`. */
export class HeldRows {
  /** Oldest first. */
  private readonly rows = new Map<string, { readonly row: Row; readonly since: number }>();
  private heldBytes = 0;

  constructor(private readonly holdMs: number) {}

  get size(): number {
    return this.rows.size;
  }

  /** Their estimated memory in bytes. */
  get bytes(): number {
    return this.heldBytes;
  }

  hold(key: string, row: Row): void {
    this.heldBytes += bytesOf(row);
    this.rows.set(key, { row, since: performance.now() });
  }

  /** Changes a row that is held; returns false if it is not. */
  change(key: string, changes: Row): boolean {
    const held = this.rows.get(key);
    if (held) {
      const row = { ...held.row, ...changes };
      this.heldBytes += bytesOf(row) - bytesOf(held.row);
      this.rows.set(key, { ...held, row });
    }
    return held !== undefined;
  }

  /** Removes and returns a row; undefined when it is not held. */
  release(key: string): Row | undefined {
    const held = this.rows.get(key);
    if (held) {
      this.rows.delete(key);
      this.heldBytes -= bytesOf(held.row);
    }
    return held?.row;
  }

  /** Removes and returns the rows that were held for `holdMs`, or all of them. */
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
