import duckdb from '@duckdb/node-bindings';

/** The bytes of consecutive long strings of a vector, without gaps. */
export interface HeapRun {
  /** The row of the run's first string. */
  readonly first: number;
  readonly bytes: Uint8Array;
}

/**
 * Reads the long strings of a vector. Following a pointer costs about a microsecond, so strings that are
 * adjacent in DuckDB's heap are read at once. The strings of a vector nearly always are.
 *
 * A run ends where the next string is not adjacent, or where a short string follows, which is stored in its
 * slot: then the bytes are not adjacent in the output either.
 */
export function gatherHeap(
  slots: Buffer,
  lengths: Uint32Array,
  slotWidth: number,
  inlineBytes: number,
): HeapRun[] {
  const runs: HeapRun[] = [];
  let first = -1;
  let bytes = 0;
  let end = 0;
  const close = () => {
    if (first >= 0) {
      runs.push({ first, bytes: fetch(slots, first * slotWidth + 8, bytes) });
      first = -1;
    }
  };
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i] ?? 0;
    if (length === 0) {
      continue;
    }
    if (length <= inlineBytes) {
      close();
      continue;
    }
    const pointer = readPointer(slots, i * slotWidth + 8);
    if (first < 0 || pointer !== end) {
      close();
      first = i;
      bytes = 0;
    }
    bytes += length;
    end = pointer + length;
  }
  close();
  return runs;
}

/** An address fits in 48 bits, so a double holds it exactly. */
function readPointer(slots: Buffer, at: number): number {
  return slots.readUInt32LE(at) + slots.readUInt32LE(at + 4) * 0x1_0000_0000;
}

function fetch(slots: Buffer, at: number, length: number): Uint8Array {
  return duckdb.get_data_from_pointer(slots.buffer as ArrayBuffer, slots.byteOffset + at, length);
}
