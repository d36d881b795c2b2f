import type { Vector } from '@duckdb/node-bindings';
import { padded } from '../../../protocol/arrow-ipc.js';
import type { BatchLayout, BufferPlace } from '../../../protocol/arrow-ipc.js';

/** Which rows of a vector to take: a run of them, or those at the given indices, in that order. */
export type Rows =
  { readonly start: number; readonly count: number } | { readonly indices: Uint32Array };

/** How many rows `rows` names. */
export function rowCount(rows: Rows): number {
  return 'indices' in rows ? rows.indices.length : rows.count;
}

/** The number of leading rows a vector must have for `rows` to be read from it. */
export function rowExtent(rows: Rows): number {
  if ('indices' in rows) {
    return rows.indices.reduce((most, index) => Math.max(most, index + 1), 0);
  }
  return rows.start + rows.count;
}

/**
 * Gathers one column of a record batch from DuckDB vectors.
 *
 * `append` only looks at a vector and remembers it; the bytes are copied once,
 * into the message, when the writers of `plan` run: perhaps after the next
 * batch was begun, so they keep what they need. The vectors' chunks must stay
 * alive until then.
 */
export interface ColumnBuilder {
  append(vector: Vector, rows: Rows): void;
  /** Takes back what the last `append` gathered; to be called at most once after it. */
  undo(): void;
  /** Bytes that the column has in a message: its buffers with padding, and what the header says of them. */
  readonly bytes: number;
  /** Announces the column's nodes and buffers, parents first. */
  plan(layout: LayoutPlanner): void;
  reset(): void;
}

/** What a node or a buffer takes in the header of a batch, in bytes. */
const describedBytes = 16;

/** The bytes of a node with buffers of the given lengths, as `ColumnBuilder.bytes` counts them. */
export function nodeBytes(validity: number, second?: number, third?: number): number {
  return describedBytes + bufferBytes(validity) + bufferBytes(second) + bufferBytes(third);
}

function bufferBytes(length: number | undefined): number {
  return length === undefined ? 0 : describedBytes + padded(length);
}

/** Lays the buffers of a batch out one after the other and writes them once memory is there. */
export class LayoutPlanner {
  private readonly nodes: { length: number; nulls: number }[] = [];
  private readonly buffers: BufferPlace[] = [];
  private readonly writers: ((target: Buffer) => void)[] = [];
  private bodyLength = 0;

  node(length: number, nulls: number): void {
    this.nodes.push({ length, nulls });
  }

  /** Announces a buffer of `length` bytes that `write` fills whole. */
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
      // The memory is not zeroed: what it held must not leave with the padding.
      body.fill(0, end, offset + padded(length));
    });
  }
}
