import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';
import { nodeBytes, rowCount, rowExtent } from './column-builder.js';
import type { ColumnBuilder, LayoutPlanner, Rows } from './column-builder.js';
import { ValidityBuilder } from './validity.js';

/** Converts `count` DuckDB values at the start of `source` to Arrow values at the start of `target`. */
export type Convert = (source: Buffer, target: Buffer, count: number) => void;

/**
 * A column of fixed-width values. Without `convert`, DuckDB and Arrow store them alike, and a vector is one
 * memory copy.
 */
export class FixedWidthColumn implements ColumnBuilder {
  private readonly validity = new ValidityBuilder();
  private pieces: { source: Buffer; count: number; borrowed: boolean }[] = [];

  /** Widths in bytes: of a value in DuckDB's vector and in Arrow's buffer. */
  constructor(
    private readonly sourceWidth: number,
    private readonly targetWidth: number = sourceWidth,
    private readonly convert?: Convert,
  ) {}

  get bytes(): number {
    return nodeBytes(this.validity.bytes, this.valueBytes);
  }

  private get valueBytes(): number {
    return this.validity.length * this.targetWidth;
  }

  append(vector: Vector, rows: Rows): void {
    this.validity.append(vector, rows);
    this.pieces.push({
      source: readFixed(vector, rows, this.sourceWidth),
      count: rowCount(rows),
      borrowed: isBorrowed(rows),
    });
  }

  undo(): void {
    this.validity.undo();
    const piece = this.pieces.pop();
    if (piece?.borrowed) {
      giveBack(piece.source);
    }
  }

  plan(layout: LayoutPlanner): void {
    const { pieces, targetWidth, convert } = this;
    layout.node(this.validity.length, this.validity.nulls);
    this.validity.plan(layout);
    layout.buffer(this.valueBytes, (target) => {
      let at = 0;
      for (const { source, count, borrowed } of pieces) {
        if (convert) {
          convert(source, target.subarray(at), count);
        } else {
          target.set(source, at);
        }
        at += count * targetWidth;
        if (borrowed) {
          giveBack(source);
        }
      }
    });
  }

  reset(): void {
    this.validity.reset();
    this.pieces = [];
  }
}

/** Whether `readFixed` returns a view of the vector's memory. */
export function isBorrowed(rows: Rows): boolean {
  return !('indices' in rows);
}

/**
 * Detaches a view of a vector's memory. V8 counts a view as memory of its own until it is collected, so it
 * would run five full garbage collections for 80 MB of results.
 */
export function giveBack(view: Uint8Array): void {
  (view.buffer as ArrayBuffer).transfer(0);
}

/** The values of `rows`, `width` bytes each: a view of the vector for a run, a copy for indices. */
export function readFixed(vector: Vector, rows: Rows, width: number): Buffer {
  const data = duckdb.vector_get_data(vector, rowExtent(rows) * width);
  const all = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (!('indices' in rows)) {
    return all.subarray(rows.start * width);
  }
  const gathered = Buffer.allocUnsafe(rows.indices.length * width);
  rows.indices.forEach((index, i) => {
    gathered.set(all.subarray(index * width, (index + 1) * width), i * width);
  });
  return gathered;
}
