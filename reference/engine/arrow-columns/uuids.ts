import type { Vector } from '@duckdb/node-bindings';
import { nodeBytes } from './column-builder.js';
import type { ColumnBuilder, LayoutPlanner, Rows } from './column-builder.js';
import { readFixed } from './fixed-width.js';
import { ValidityBuilder } from './validity.js';

const textLength = 36;
const hexDigits = Buffer.from('0123456789abcdef');
// The indices of the bytes that a dash follows in the text of a UUID.
const dashAfter = new Set([3, 5, 7, 9]);

/**
 * UUID: DuckDB stores a 128-bit integer, low half first, with the top bit flipped so that signed order is
 * text order. Arrow gets the usual text of 36 characters.
 */
export class UuidColumn implements ColumnBuilder {
  private readonly validity = new ValidityBuilder();
  private pieces: Buffer[] = [];

  get bytes(): number {
    const { length, bytes } = this.validity;
    return nodeBytes(bytes, (length + 1) * 4, length * textLength);
  }

  append(vector: Vector, rows: Rows): void {
    this.validity.append(vector, rows);
    this.pieces.push(readFixed(vector, rows, 16));
  }

  undo(): void {
    this.validity.undo();
    this.pieces.pop();
  }

  plan(layout: LayoutPlanner): void {
    const { pieces } = this;
    const { length } = this.validity;
    layout.node(length, this.validity.nulls);
    this.validity.plan(layout);
    layout.buffer((length + 1) * 4, (target) => {
      for (let row = 0; row <= length; row++) {
        target.writeInt32LE(row * textLength, row * 4);
      }
    });
    layout.buffer(length * textLength, (target) => {
      let at = 0;
      for (const piece of pieces) {
        for (let from = 0; from < piece.length; from += 16) {
          at = writeUuid(target, at, piece, from);
        }
      }
    });
  }

  reset(): void {
    this.validity.reset();
    this.pieces = [];
  }
}

function writeUuid(target: Buffer, start: number, source: Buffer, from: number): number {
  let at = start;
  for (let i = 0; i < 16; i++) {
    const byte = (source[from + 15 - i] ?? 0) ^ (i === 0 ? 0x80 : 0);
    target[at++] = hexDigits[byte >> 4] ?? 0;
    target[at++] = hexDigits[byte & 15] ?? 0;
    if (dashAfter.has(i)) {
      target[at++] = 0x2d;
    }
  }
  return at;
}
