import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResultBatch } from '../engine/result-stream.js';
import type { Memory } from './memory.js';

/** A batch in memory, or where it is in the file. */
type Entry =
  | { readonly batch: ResultBatch }
  | { readonly rows: number; readonly at: number; readonly length: number };

/** What batches may take while they wait for their reader. */
export interface UnreadLimits {
  /** Shared with others: what it has no room for goes to a file. */
  readonly memory: Memory;
  /** Bytes of the file. */
  readonly mostInFile: number;
}

/**
 * The batches of a result that wait for their reader, first in, first out: in memory as long as
 * there is room, then in a temporary file that has no name any more when something is in it.
 */
export class UnreadBatches {
  private readonly entries: Entry[] = [];
  private file: Promise<FileHandle> | null = null;
  private fileEnd = 0;
  private inFile = 0;
  private failure: unknown;

  constructor(private readonly limits: UnreadLimits) {}

  /** Whether no more should be added: the file is as long as it may be, or cannot be written. */
  get full(): boolean {
    return this.fileEnd >= this.limits.mostInFile || this.failure !== undefined;
  }

  /** Why the file cannot be written; undefined when it can. */
  get fileFailure(): unknown {
    return this.failure;
  }

  async add(batch: ResultBatch): Promise<void> {
    const { byteLength } = batch.message;
    if (this.limits.memory.take(byteLength)) {
      this.entries.push({ batch });
    } else {
      await this.write(batch);
    }
  }

  /** The next one; undefined when there is none. */
  async take(): Promise<ResultBatch | undefined> {
    const entry = this.entries.shift();
    if (entry === undefined || 'batch' in entry) {
      this.limits.memory.give(entry?.batch.message.byteLength ?? 0);
      return entry?.batch;
    }
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

  /** Gives back all that it holds. */
  close(): void {
    for (const entry of this.entries.splice(0)) {
      if ('batch' in entry) {
        this.limits.memory.give(entry.batch.message.byteLength);
      }
    }
    void this.file?.then((file) => file.close()).catch(() => undefined);
    this.file = null;
  }

  /** What the file cannot take has to stay in memory, room or no room: the result would have a hole. */
  private async write({ message, rows }: ResultBatch): Promise<void> {
    const bytes = Buffer.isBuffer(message) ? message : message.toBuffer();
    // Counted first: the reader makes the file short when it has taken all that is in it.
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
