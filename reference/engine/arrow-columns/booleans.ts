import type { Vector } from '@duckdb/node-bindings';
import { nodeBytes } from './column-builder.js';
import type { ColumnBuilder, LayoutPlanner, Rows } from './column-builder.js';
import { readFixed } from './fixed-width.js';
import { ValidityBuilder } from './validity.js';

/** BOOLEAN: one byte per value in DuckDB, one bit in Arrow. */
export class BooleanColumn implements ColumnBuilder {
  private readonly validity = new ValidityBuilder();
  private pieces: Buffer[] = [];

  get bytes(): number {
    return nodeBytes(this.validity.bytes, this.bitmapBytes);
  }

  private get bitmapBytes(): number {
    return Math.ceil(this.validity.length / 8);
  }

  append(vector: Vector, rows: Rows): void {
    this.validity.append(vector, rows);
    this.pieces.push(readFixed(vector, rows, 1));
  }

  undo(): void {
    this.validity.undo();
    this.pieces.pop();
  }

  plan(layout: LayoutPlanner): void {
    const { pieces } = this;
    layout.node(this.validity.length, this.validity.nulls);
    this.validity.plan(layout);
    layout.buffer(this.bitmapBytes, (target) => {
      target.fill(0);
      let at = 0;
      for (const piece of pieces) {
        for (const value of piece) {
          if (value === 1) {
            target[at >> 3] = (target[at >> 3] ?? 0) | (1 << (at & 7));
          }
          at++;
        }
      }
    });
  }

  reset(): void {
    this.validity.reset();
    this.pieces = [];
  }
}
