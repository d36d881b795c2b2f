import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';
import { nodeBytes, rowCount } from './column-builder.js';
import type { ColumnBuilder, LayoutPlanner, Rows } from './column-builder.js';
import { giveBack, isBorrowed, readFixed } from './fixed-width.js';
import { isValid, ValidityBuilder } from './validity.js';

function sum(columns: readonly ColumnBuilder[]): number {
  return columns.reduce((bytes, column) => bytes + column.bytes, 0);
}

function indexAt(rows: Rows, i: number): number {
  return 'indices' in rows ? (rows.indices[i] ?? 0) : rows.start + i;
}

/** STRUCT: has the same rows as its children. */
export class StructColumn implements ColumnBuilder {
  private readonly validity = new ValidityBuilder();

  constructor(private readonly children: readonly ColumnBuilder[]) {}

  get bytes(): number {
    return nodeBytes(this.validity.bytes) + sum(this.children);
  }

  append(vector: Vector, rows: Rows): void {
    this.validity.append(vector, rows);
    this.children.forEach((child, i) => {
      child.append(duckdb.struct_vector_get_child(vector, i), rows);
    });
  }

  undo(): void {
    this.validity.undo();
    for (const child of this.children) {
      child.undo();
    }
  }

  plan(layout: LayoutPlanner): void {
    layout.node(this.validity.length, this.validity.nulls);
    this.validity.plan(layout);
    for (const child of this.children) {
      child.plan(layout);
    }
  }

  reset(): void {
    this.validity.reset();
    for (const child of this.children) {
      child.reset();
    }
  }
}

/**
 * LIST and MAP: DuckDB has a 64-bit offset and length per row. Arrow has 32-bit offsets into child rows,
 * which are in order.
 */
export class ListColumn implements ColumnBuilder {
  private readonly validity = new ValidityBuilder();
  private offsets: number[] = [0];
  private end = 0;
  // Whether the last `append` appended rows to the child.
  private tookChild = false;

  constructor(private readonly child: ColumnBuilder) {}

  get bytes(): number {
    return nodeBytes(this.validity.bytes, this.offsets.length * 4) + this.child.bytes;
  }

  append(vector: Vector, rows: Rows): void {
    const bits = this.validity.append(vector, rows);
    const entries = readFixed(vector, rows, 16);
    const starts: number[] = [];
    const lengths: number[] = [];
    for (let i = 0; i < rowCount(rows); i++) {
      // The entry of a NULL is undefined.
      const valid = isValid(bits, indexAt(rows, i));
      const length = valid ? Number(entries.readBigUInt64LE(i * 16 + 8)) : 0;
      this.end += length;
      this.offsets.push(this.end);
      if (length > 0) {
        starts.push(Number(entries.readBigUInt64LE(i * 16)));
        lengths.push(length);
      }
    }
    if (isBorrowed(rows)) {
      giveBack(entries);
    }
    const taken = childRows(starts, lengths);
    this.tookChild = taken !== undefined;
    if (taken) {
      this.child.append(duckdb.list_vector_get_child(vector), taken);
    }
  }

  undo(): void {
    const { length } = this.validity;
    this.validity.undo();
    this.offsets.length -= length - this.validity.length;
    this.end = this.offsets.at(-1) ?? 0;
    if (this.tookChild) {
      this.child.undo();
    }
  }

  plan(layout: LayoutPlanner): void {
    const { offsets } = this;
    layout.node(this.validity.length, this.validity.nulls);
    this.validity.plan(layout);
    layout.buffer(offsets.length * 4, (target) => {
      offsets.forEach((offset, i) => target.writeInt32LE(offset, i * 4));
    });
    this.child.plan(layout);
  }

  reset(): void {
    this.validity.reset();
    this.offsets = [0];
    this.end = 0;
    this.child.reset();
  }
}

/** The child rows of lists at `starts`: a range if they are contiguous, otherwise their indices. */
function childRows(starts: readonly number[], lengths: readonly number[]): Rows | undefined {
  const [start] = starts;
  if (start === undefined) {
    return undefined;
  }
  const count = lengths.reduce((total, length) => total + length, 0);
  let next = start;
  if (
    starts.every((from, i) => {
      const follows = from === next;
      next = from + (lengths[i] ?? 0);
      return follows;
    })
  ) {
    return { start, count };
  }
  const indices = new Uint32Array(count);
  let at = 0;
  starts.forEach((from, i) => {
    for (let offset = 0; offset < (lengths[i] ?? 0); offset++) {
      indices[at++] = from + offset;
    }
  });
  return { indices };
}

/** ARRAY: every row has the same number of child rows. */
export class ArrayColumn implements ColumnBuilder {
  private readonly validity = new ValidityBuilder();

  constructor(
    private readonly length: number,
    private readonly child: ColumnBuilder,
  ) {}

  get bytes(): number {
    return nodeBytes(this.validity.bytes) + this.child.bytes;
  }

  append(vector: Vector, rows: Rows): void {
    const { length } = this;
    this.validity.append(vector, rows);
    const taken: Rows =
      'indices' in rows
        ? {
            indices: Uint32Array.from(
              { length: rows.indices.length * length },
              (_, i) => (rows.indices[Math.floor(i / length)] ?? 0) * length + (i % length),
            ),
          }
        : { start: rows.start * length, count: rows.count * length };
    this.child.append(duckdb.array_vector_get_child(vector), taken);
  }

  undo(): void {
    this.validity.undo();
    this.child.undo();
  }

  plan(layout: LayoutPlanner): void {
    layout.node(this.validity.length, this.validity.nulls);
    this.validity.plan(layout);
    this.child.plan(layout);
  }

  reset(): void {
    this.validity.reset();
    this.child.reset();
  }
}

/** UNION: DuckDB stores a struct of the tag and all members, which is Arrow's sparse union. */
export class UnionColumn implements ColumnBuilder {
  private tags: Buffer[] = [];
  private length = 0;

  constructor(private readonly members: readonly ColumnBuilder[]) {}

  get bytes(): number {
    return nodeBytes(this.length) + sum(this.members);
  }

  append(vector: Vector, rows: Rows): void {
    const tagVector = duckdb.struct_vector_get_child(vector, 0);
    const tags = Buffer.from(readFixed(tagVector, rows, 1));
    const known = new ValidityBuilder();
    const bits = known.append(tagVector, rows);
    tags.forEach((_, i) => {
      if (!isValid(bits, indexAt(rows, i))) {
        tags[i] = 0; // A NULL union is its first member, which is NULL in this row.
      }
    });
    this.tags.push(tags);
    this.length += tags.length;
    this.members.forEach((member, i) => {
      member.append(duckdb.struct_vector_get_child(vector, i + 1), rows);
    });
  }

  undo(): void {
    this.length -= this.tags.pop()?.length ?? 0;
    for (const member of this.members) {
      member.undo();
    }
  }

  plan(layout: LayoutPlanner): void {
    const { tags } = this;
    layout.node(this.length, 0);
    layout.buffer(this.length, (target) => {
      let at = 0;
      for (const piece of tags) {
        target.set(piece, at);
        at += piece.length;
      }
    });
    for (const member of this.members) {
      member.plan(layout);
    }
  }

  reset(): void {
    this.tags = [];
    this.length = 0;
    for (const member of this.members) {
      member.reset();
    }
  }
}
