import { Malformed } from './malformed.js';

/** Values that take no bytes a stream may have before it has to have bytes for them as well. */
const freeAllowance = 1_000_000;
/** How many values without bytes one byte of a stream allows: as many as it could hold truth values. */
const freeValuesPerByte = 8;

/** What a reader takes of a stream of record batches; what is not said is not limited. */
export interface ReadLimits {
  /** Values of one batch, those inside of lists and structs included. */
  readonly batchValues?: number;
  /** Values of the whole stream. */
  readonly values?: number;
  /** Bytes of the bodies of the whole stream. */
  readonly bytes?: number;
  /** Whether values that take no bytes count as if each took a bit. */
  readonly free?: 'limited' | 'unlimited';
}

/**
 * What a stream has had of its limits. NULLs without a type, texts of a fixed length of zero, structs and rows
 * without columns take no bytes, so that a message of a few hundred could have billions of them: a stream has no
 * more than a million of these and eight for each byte of its messages. Everything throws a Malformed that says the limit.
 */
export class ReadBudget {
  private bytes = 0;
  private values = 0;
  private free = 0;

  constructor(private readonly limits: ReadLimits = {}) {}

  /** Counts a message before anything of it is read. */
  receive(bytes: number): void {
    this.bytes += bytes;
    atMost(this.bytes, this.limits.bytes, 'bytes');
  }

  /** Counts values, those of the batch so far being `batchValues` with them. */
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

  /** How long a column of a message of so many bytes may say it is. */
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
