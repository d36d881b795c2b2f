import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';
import { rowCount, rowExtent } from './column-builder.js';
import type { LayoutPlanner, Rows } from './column-builder.js';

const bitsSet = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) {
    count += rest & 1;
  }
  return count;
});

interface Piece {
  /** Null if all rows are valid. */
  readonly bits: Uint8Array | null;
  readonly start: number;
  readonly count: number;
  readonly nulls: number;
}

/**
 * A column's validity bitmap. DuckDB and Arrow use the same format (one bit per row, least significant first,
 * 1 for a value), so whole vectors are copied by bytes.
 */
export class ValidityBuilder {
  private pieces: Piece[] = [];
  length = 0;
  nulls = 0;

  /** Appends the validity of `rows`. Returns the vector's bits, or null if all of them are valid. */
  append(vector: Vector, rows: Rows): Uint8Array | null {
    const bits = readValidity(vector, rowExtent(rows));
    const count = rowCount(rows);
    this.length += count;
    if (bits === null) {
      this.pieces.push({ bits, start: 0, count, nulls: 0 });
      return null;
    }
    const [taken, start] =
      'indices' in rows ? [gatherBits(bits, rows.indices), 0] : [bits, rows.start];
    const nulls = count - countBits(taken, start, count);
    this.nulls += nulls;
    this.pieces.push(
      nulls === 0 ? { bits: null, start: 0, count, nulls } : { bits: taken, start, count, nulls },
    );
    return bits;
  }

  /** Undoes the last `append`. */
  undo(): void {
    const piece = this.pieces.pop();
    this.length -= piece?.count ?? 0;
    this.nulls -= piece?.nulls ?? 0;
  }

  /** The bytes of the bitmap: 0 without NULLs, because it is then omitted. */
  get bytes(): number {
    return this.nulls === 0 ? 0 : Math.ceil(this.length / 8);
  }

  plan(layout: LayoutPlanner): void {
    const { pieces } = this;
    layout.buffer(this.bytes, (target) => {
      if (target.length > 0) {
        target.fill(0xff);
        let at = 0;
        for (const piece of pieces) {
          writeBits(target, at, piece);
          at += piece.count;
        }
      }
    });
  }

  reset(): void {
    this.pieces = [];
    this.length = 0;
    this.nulls = 0;
  }
}

/** Whether the row at `index` is not NULL. */
export function isValid(bits: Uint8Array | null, index: number): boolean {
  return bits === null || (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}

/** The vector's validity bits for its first `rows` rows, or null when none of them is NULL. */
export function readValidity(vector: Vector, rows: number): Uint8Array | null {
  // DuckDB allocates the mask in words of 64 rows, and has no mask while all rows are valid.
  return duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8);
}

function gatherBits(bits: Uint8Array, indices: Uint32Array): Uint8Array {
  const gathered = new Uint8Array(Math.ceil(indices.length / 8));
  indices.forEach((index, i) => {
    if (isValid(bits, index)) {
      gathered[i >> 3] = (gathered[i >> 3] ?? 0) | (1 << (i & 7));
    }
  });
  return gathered;
}

function countBits(bits: Uint8Array, start: number, count: number): number {
  let set = 0;
  let at = start;
  const end = start + count;
  for (; at < end && (at & 7) !== 0; at++) {
    set += isValid(bits, at) ? 1 : 0;
  }
  for (; at + 8 <= end; at += 8) {
    set += bitsSet[bits[at >> 3] ?? 0] ?? 0;
  }
  for (; at < end; at++) {
    set += isValid(bits, at) ? 1 : 0;
  }
  return set;
}

/** Writes a piece's bits at the bit offset `at`. The target's bits from there on must all be set. */
function writeBits(target: Uint8Array, at: number, { bits, start, count }: Piece): void {
  if (bits === null) {
    return;
  }
  let done = 0;
  if ((at & 7) === 0 && (start & 7) === 0) {
    const bytes = count >> 3;
    target.set(bits.subarray(start >> 3, (start >> 3) + bytes), at >> 3);
    done = bytes << 3;
  }
  for (; done < count; done++) {
    if (!isValid(bits, start + done)) {
      const to = at + done;
      target[to >> 3] = (target[to >> 3] ?? 0) & ~(1 << (to & 7));
    }
  }
}
