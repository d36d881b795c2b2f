import type { Vector } from '@duckdb/node-bindings';
import { padded } from '../../../protocol/arrow-ipc.js';
import type { BatchLayout, BufferPlace } from '../../../protocol/arrow-ipc.js';

/** Selects rows of a vector: a contiguous range, or the given indices in their order. */
export type Rows =
  { readonly start: number; readonly count: number } | { readonly indices: Uint32Array };

/** The number of rows that `rows` selects. */
export function rowCount(rows: Rows): number {
  return 'indices' in rows ? rows.indices.length : rows.count;
}

/** The number of leading rows of a vector that must be read to get `rows`. */
export function rowExtent(rows: Rows): number {
  if ('indices' in rows) {
    return rows.indices.reduce((most, index) => Math.max(most, index + 1), 0);
  }
  return rows.start + rows.count;
}

/**
 * Collects one column of a record batch from DuckDB vectors.
 *
 * `append` keeps a reference to a vector and copies nothing. The writers of `plan` copy the bytes once, into
 * the message. They may run after the next batch was begun, so they keep what they need. The vectors' chunks
 * must stay alive until then.
 */
export interface ColumnBuilder {
  append(vector: Vector, rows: Rows): void;
  /** Undoes the last `append`; may be called at most once after it. */
  undo(): void;
  /** The column's bytes in a message: its buffers with padding, and their descriptions in the header. */
  readonly bytes: number;
  /** Registers the column's nodes and buffers, parents first. */
  plan(layout: LayoutPlanner): void;
  reset(): void;
}

/** The bytes that the header of a batch needs to describe one node or buffer. */
const describedBytes = 16;

/** The bytes of a node with buffers of the given lengths, as `ColumnBuilder.bytes` counts them. */
export function nodeBytes(validity: number, second?: number, third?: number): number {
  return describedBytes + bufferBytes(validity) + bufferBytes(second) + bufferBytes(third);
}

function bufferBytes(length: number | undefined): number {
  return length === undefined ? 0 : describedBytes + padded(length);
}

/** Assigns each buffer of a batch its offset, and writes all buffers once the memory is allocated. */
export class LayoutPlanner {
  private readonly nodes: { length: number; nulls: number }[] = [];
  private readonly buffers: BufferPlace[] = [];
  private readonly writers: ((target: Buffer) => void)[] = [];
  private bodyLength = 0;

  node(length: number, nulls: number): void {
    this.nodes.push({ length, nulls });
  }

  /** Registers a buffer of `length` bytes; `write` must fill all of it. */
  buffer(length: number, write: (target: Buffer) => void): void {
    this.buffers.push({ offset: this.bodyLength, length });
    this.writers.push(write);
    this.bodyLength += padded(length);
  }

  layout(rows: number): BatchLayout {
    return { rows, nodes: this.nodes, buffers: this.buffers, bodyLength: this.bodyLength };
  }

  write(body: Buffer): void {
    this.buffers.forEach(({ offset, length }, i) => {
      const end = offset + length;
      this.writers[i]?.(body.subarray(offset, end));
      // The memory is not zeroed: its old contents must not be sent as padding.
      body.fill(0, end, offset + padded(length));
    });
  }
}
