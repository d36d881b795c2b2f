import type { Vector } from '@duckdb/node-bindings';
import { nodeBytes, rowCount } from './column-builder.js';
import type { ColumnBuilder, LayoutPlanner, Rows } from './column-builder.js';
import { giveBack, isBorrowed, readFixed } from './fixed-width.js';
import { gatherHeap } from './string-heap.js';
import { isValid, ValidityBuilder } from './validity.js';

/**
 * A string in a DuckDB vector has a slot of 16 bytes: the length, then the bytes if they are at most twelve,
 * otherwise the first four bytes and a pointer.
 */
const slotWidth = 16;
const inlineBytes = 12;
const maxColumnBytes = 0x7fff_ffff;

interface Piece {
  readonly slots: Buffer;
  readonly borrowed: boolean;
  readonly lengths: Uint32Array;
  /** The sum of all lengths. */
  readonly bytes: number;
  /** Whether any string does not fit in its slot. */
  readonly long: boolean;
}

/**
 * VARCHAR, BLOB and other types that DuckDB stores as strings: Arrow has 32-bit offsets and one buffer of
 * bytes.
 */
export class StringColumn implements ColumnBuilder {
  private readonly validity = new ValidityBuilder();
  private pieces: Piece[] = [];
  private stringBytes = 0;

  get bytes(): number {
    return nodeBytes(this.validity.bytes, (this.validity.length + 1) * 4, this.stringBytes);
  }

  append(vector: Vector, rows: Rows): void {
    const bits = this.validity.append(vector, rows);
    const slots = readFixed(vector, rows, slotWidth);
    const lengths = new Uint32Array(rowCount(rows));
    let long = false;
    let bytes = 0;
    for (let i = 0; i < lengths.length; i++) {
      // The slot of a NULL is undefined.
      if (
        bits === null ||
        isValid(bits, 'indices' in rows ? (rows.indices[i] ?? 0) : rows.start + i)
      ) {
        const length = slots.readUInt32LE(i * slotWidth);
        lengths[i] = length;
        bytes += length;
        long ||= length > inlineBytes;
      }
    }
    this.stringBytes += bytes;
    this.pieces.push({ slots, borrowed: isBorrowed(rows), lengths, bytes, long });
  }

  undo(): void {
    this.validity.undo();
    const piece = this.pieces.pop();
    this.stringBytes -= piece?.bytes ?? 0;
    if (piece?.borrowed) {
      giveBack(piece.slots);
    }
  }

  plan(layout: LayoutPlanner): void {
    const { pieces, stringBytes } = this;
    if (stringBytes > maxColumnBytes) {
      throw new RangeError('a column of a record batch holds at most 2 GiB of strings');
    }
    layout.node(this.validity.length, this.validity.nulls);
    this.validity.plan(layout);
    layout.buffer((this.validity.length + 1) * 4, (target) => {
      writeOffsets(target, pieces);
    });
    layout.buffer(stringBytes, (target) => {
      let at = 0;
      for (const piece of pieces) {
        at = writeStrings(target, at, piece);
        if (piece.borrowed) {
          giveBack(piece.slots);
        }
      }
    });
  }

  reset(): void {
    this.validity.reset();
    this.pieces = [];
    this.stringBytes = 0;
  }
}

function writeOffsets(target: Buffer, pieces: readonly Piece[]): void {
  // The offsets are collected in aligned memory first: writing each through a DataView is several times
  // slower.
  const offsets = new Int32Array(target.length / 4);
  let offset = 0;
  let at = 1;
  for (const { lengths } of pieces) {
    for (let i = 0; i < lengths.length; i++) {
      offset += lengths[i] ?? 0;
      offsets[at++] = offset;
    }
  }
  target.set(new Uint8Array(offsets.buffer));
}

function writeStrings(target: Buffer, start: number, { slots, lengths, long }: Piece): number {
  const heap = long ? gatherHeap(slots, lengths, slotWidth, inlineBytes) : [];
  const from = new DataView(slots.buffer, slots.byteOffset, slots.byteLength);
  const to = new DataView(target.buffer, target.byteOffset, target.byteLength);
  const whole = target.length - inlineBytes;
  let run = 0;
  let at = start;
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i] ?? 0;
    const slot = i * slotWidth + 4;
    if (length === 0) {
      continue;
    }
    if (length > inlineBytes) {
      // A run of adjacent strings was read at once, and is copied at once.
      const found = heap[run];
      if (found?.first === i) {
        target.set(found.bytes, at);
        giveBack(found.bytes);
        run++;
      }
    } else if (at <= whole) {
      // Always copies twelve bytes, which is faster. The next string overwrites the excess.
      to.setUint32(at, from.getUint32(slot));
      to.setUint32(at + 4, from.getUint32(slot + 4));
      to.setUint32(at + 8, from.getUint32(slot + 8));
    } else {
      slots.copy(target, at, slot, slot + length);
    }
    at += length;
  }
  return at;
}
