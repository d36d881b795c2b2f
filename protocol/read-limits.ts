import { Malformed } from './malformed.js';

/** The number of values without bytes that a stream may have, whatever its size. */
const freeAllowance = 1_000_000;
/**
 * The number of further values without bytes for each byte of a stream: as many as the BOOLEAN values it
 * could hold.
 */
const freeValuesPerByte = 8;

/** The limits for reading a stream of record batches. A limit that is left out is not checked. */
export interface ReadLimits {
  /** Values of one batch, those inside lists and structs included. */
  readonly batchValues?: number;
  /** Values of the whole stream. */
  readonly values?: number;
  /** Bytes of the bodies of the whole stream. */
  readonly bytes?: number;
  /** Whether values without bytes count as one bit each. */
  readonly free?: 'limited' | 'unlimited';
}

/**
 * Counts a stream against its limits. NULLs without a type, texts of fixed length zero, structs, and rows
 * without columns take no bytes, so a small message could claim billions of them. A stream may have a million
 * of these and eight for each byte of its messages. All methods throw a Malformed that names the limit.
 */
export class ReadBudget {
  private bytes = 0;
  private values = 0;
  private free = 0;

  constructor(private readonly limits: ReadLimits = {}) {}

  /** Counts a message before it is read. */
  receive(bytes: number): void {
    this.bytes += bytes;
    atMost(this.bytes, this.limits.bytes, 'bytes');
  }

  /** Counts values. `batchValues` is the number of values of the batch so far, these included. */
  spend(values: number, batchValues: number): void {
    atMost(batchValues, this.limits.batchValues, 'values');
    this.values += values;
    atMost(this.values, this.limits.values, 'values');
  }

  /** Counts values that take no bytes. */
  spendFree(values: number): void {
    this.free += values;
    atMost(this.free, this.mostFree, 'values that take no bytes');
  }

  /** The longest column that a message of `bodyLength` bytes may claim. */
  longest(bodyLength: number): number {
    return this.limits.free === 'limited'
      ? freeAllowance + freeValuesPerByte * bodyLength
      : Number.MAX_SAFE_INTEGER;
  }

  private get mostFree(): number {
    return this.longest(this.bytes);
  }
}

function atMost(count: number, most: number | undefined, what: string): void {
  if (most !== undefined && count > most) {
    throw new Malformed(`more than ${most} ${what}`);
  }
}
