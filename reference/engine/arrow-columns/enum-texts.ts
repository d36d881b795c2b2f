import type { Vector } from '@duckdb/node-bindings';
import { nodeBytes, rowCount } from './column-builder.js';
import type { ColumnBuilder, LayoutPlanner, Rows } from './column-builder.js';
import { readFixed } from './fixed-width.js';
import { isValid, ValidityBuilder } from './validity.js';

interface Piece {
  /** The index in the texts of each row's value; for a NULL, the index of the empty text. */
  readonly places: Uint32Array;
  readonly bytes: number;
}

/** ENUM as text. DuckDB stores the index of each value in `width` bytes. */
export class EnumTextColumn implements ColumnBuilder {
  private readonly validity = new ValidityBuilder();
  private readonly texts: readonly Buffer[];
  private readonly empty: number;
  private pieces: Piece[] = [];
  private textBytes = 0;

  constructor(
    values: readonly string[],
    private readonly width: number,
  ) {
    this.texts = [...values.map((value) => Buffer.from(value)), Buffer.alloc(0)];
    this.empty = values.length;
  }

  get bytes(): number {
    return nodeBytes(this.validity.bytes, (this.validity.length + 1) * 4, this.textBytes);
  }

  append(vector: Vector, rows: Rows): void {
    const bits = this.validity.append(vector, rows);
    const { width } = this;
    const source = readFixed(vector, rows, width);
    const places = new Uint32Array(rowCount(rows));
    let bytes = 0;
    for (let i = 0; i < places.length; i++) {
      const row = 'indices' in rows ? (rows.indices[i] ?? 0) : rows.start + i;
      const place = isValid(bits, row) ? source.readUIntLE(i * width, width) : this.empty;
      places[i] = place;
      bytes += this.texts[place]?.length ?? 0;
    }
    this.pieces.push({ places, bytes });
    this.textBytes += bytes;
  }

  undo(): void {
    this.validity.undo();
    this.textBytes -= this.pieces.pop()?.bytes ?? 0;
  }

  plan(layout: LayoutPlanner): void {
    const { pieces, texts } = this;
    layout.node(this.validity.length, this.validity.nulls);
    this.validity.plan(layout);
    layout.buffer((this.validity.length + 1) * 4, (target) => {
      let end = target.writeInt32LE(0);
      let offset = 0;
      for (const { places } of pieces) {
        for (const place of places) {
          offset += texts[place]?.length ?? 0;
          end = target.writeInt32LE(offset, end);
        }
      }
    });
    layout.buffer(this.textBytes, (target) => {
      let at = 0;
      for (const { places } of pieces) {
        for (const place of places) {
          at += texts[place]?.copy(target, at) ?? 0;
        }
      }
    });
  }

  reset(): void {
    this.validity.reset();
    this.pieces = [];
    this.textBytes = 0;
  }
}
