import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResultBatch } from '../engine/result-stream.js';
import type { Memory } from './memory.js';

/** A batch in memory, or its position in the file. */
type Entry =
  | { readonly batch: ResultBatch }
  | { readonly rows: number; readonly at: number; readonly length: number };

/** The limits of unread batches. */
export interface UnreadLimits {
  /** Shared between results. Batches that do not fit go to the file. */
  readonly memory: Memory;
  /** Maximum bytes of the file. */
  readonly mostInFile: number;
  /**
   * Maximum bytes of a result that are read ahead although nobody waits for the connection, while half of the
   * memory is free.
   */
  readonly mostAhead: number;
}

/**
 * A queue of a result's unread batches. They are kept in memory while the limit allows, then in a temporary
 * file that is unlinked when it is created.
 */
export class UnreadBatches {
  private readonly entries: Entry[] = [];
  private file: Promise<FileHandle> | null = null;
  private fileEnd = 0;
  private inFile = 0;
  private failure: unknown;
  /** The bytes of all unread batches. */
  private bytes = 0;

  constructor(private readonly limits: UnreadLimits) {}

  /** Whether no more batches should be added: the file is full or cannot be written. */
  get full(): boolean {
    return this.fileEnd >= this.limits.mostInFile || this.failure !== undefined;
  }

  /** Whether more may be read ahead although nobody waits for the connection. */
  get mayGoAhead(): boolean {
    const { memory, mostAhead } = this.limits;
    return this.bytes < mostAhead && memory.isAmple && !this.full;
  }

  /** The error of writing the file; undefined if there was none. */
  get fileFailure(): unknown {
    return this.failure;
  }

  async add(batch: ResultBatch): Promise<void> {
    const { byteLength } = batch.message;
    this.bytes += byteLength;
    if (this.limits.memory.take(byteLength)) {
      this.entries.push({ batch });
    } else {
      await this.write(batch);
    }
  }

  /** Removes the next batch; undefined if there is none. */
  async take(): Promise<ResultBatch | undefined> {
    const entry = this.entries.shift();
    if (entry === undefined || 'batch' in entry) {
      const bytes = entry?.batch.message.byteLength ?? 0;
      this.bytes -= bytes;
      this.limits.memory.give(bytes);
      return entry?.batch;
    }
    this.bytes -= entry.length;
    const message = Buffer.allocUnsafe(entry.length);
    const file = await this.file;
    await file?.read(message, 0, entry.length, entry.at);
    this.inFile--;
    if (this.inFile === 0) {
      this.fileEnd = 0;
      await file?.truncate(0);
    }
    return { message, rows: entry.rows };
  }

  /** Frees memory and file. */
  close(): void {
    for (const entry of this.entries.splice(0)) {
      if ('batch' in entry) {
        this.limits.memory.give(entry.batch.message.byteLength);
      }
    }
    void this.file?.then((file) => file.close()).catch(() => undefined);
    this.file = null;
  }

  /**
   * If writing fails, the batch stays in memory, even beyond the limit, so that the result stays complete.
   */
  private async write({ message, rows }: ResultBatch): Promise<void> {
    const bytes = Buffer.isBuffer(message) ? message : message.toBuffer();
    // Counted before the write, because `take` truncates the file when it has read all counted batches.
    this.inFile++;
    try {
      this.file ??= openNameless();
      const file = await this.file;
      const at = this.fileEnd;
      await file.writev([bytes], at);
      this.fileEnd = at + bytes.byteLength;
      this.entries.push({ rows, at, length: bytes.byteLength });
    } catch (error) {
      this.inFile--;
      this.failure = error;
      this.limits.memory.takeAnyway(bytes.byteLength);
      this.entries.push({ batch: { message: bytes, rows } });
    }
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `gizmosql-reference-${crypto.randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await rm(path, { force: true });
  return file;
}
