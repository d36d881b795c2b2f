import type { Convert } from './fixed-width.js';

/** INTERVAL: months, days and microseconds become months, days and nanoseconds. */
export const intervals: Convert = (source, target, count) => {
  for (let at = 0; at < count * 16; at += 16) {
    source.copy(target, at, at, at + 8);
    const nanoseconds = BigInt.asIntN(64, source.readBigInt64LE(at + 8) * 1000n);
    target.writeBigInt64LE(nanoseconds, at + 8);
  }
};

/**
 * TIME WITH TIME ZONE: DuckDB has microseconds in the upper 40 bits and the offset below. Arrow gets only the
 * time.
 */
export const timesWithZone: Convert = (source, target, count) => {
  for (let at = 0; at < count * 8; at += 8) {
    target.writeBigInt64LE(source.readBigUInt64LE(at) >> 24n, at);
  }
};

/** DECIMAL of up to four digits: 16 bits in DuckDB, widened to Arrow's 128. */
export const decimals16: Convert = (source, target, count) => {
  for (let row = 0; row < count; row++) {
    widen(target, row * 16, source.readInt16LE(row * 2));
  }
};

/** DECIMAL of up to nine digits: 32 bits in DuckDB, widened to Arrow's 128. */
export const decimals32: Convert = (source, target, count) => {
  for (let row = 0; row < count; row++) {
    widen(target, row * 16, source.readInt32LE(row * 4));
  }
};

/** DECIMAL of up to eighteen digits: 64 bits in DuckDB, widened to Arrow's 128. */
export const decimals64: Convert = (source, target, count) => {
  for (let row = 0; row < count; row++) {
    const at = row * 16;
    const high = source.readInt32LE(row * 8 + 4);
    target.writeInt32LE(source.readInt32LE(row * 8), at);
    target.writeInt32LE(high, at + 4);
    target.writeInt32LE(high >> 31, at + 8);
    target.writeInt32LE(high >> 31, at + 12);
  }
};

function widen(target: Buffer, at: number, value: number): void {
  target.writeInt32LE(value, at);
  target.writeInt32LE(value >> 31, at + 4);
  target.writeInt32LE(value >> 31, at + 8);
  target.writeInt32LE(value >> 31, at + 12);
}
