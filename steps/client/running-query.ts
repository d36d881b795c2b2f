import { setTimeout as delay } from 'node:timers/promises';
import type { RecordBatch } from 'apache-arrow';
import type { FlightInfo } from '../../protocol/gen/flight_pb.js';
import { readBatches } from './read-batches.js';
import type { Batches } from './read-batches.js';
import { decodeBatch } from './result-table.js';
import type { PlainValue } from './plain-value.js';
import type { Incoming } from './incoming.js';
import type { FlightData } from '../../protocol/gen/flight_pb.js';
import type { Transport } from './transport.js';

/** A query whose result is read batch by batch or cancelled. */
export class RunningQuery {
  private readonly opened: Promise<Batches>;

  constructor(
    /** Identifies the query for `cancelQuery` and `cancelFlightInfo`. */
    readonly info: FlightInfo,
    private readonly stream: Incoming<FlightData>,
  ) {
    this.opened = readBatches(stream.messages);
    // The result may be read later or never, so a failure must not be an unhandled rejection.
    this.opened.catch(() => undefined);
  }

  /** Executes a command and fetches the result of its first endpoint. */
  static async start(transport: Transport, command: Uint8Array): Promise<RunningQuery> {
    const info = await transport.getFlightInfo(command);
    const ticket = info.endpoint[0]?.ticket?.ticket ?? new Uint8Array();
    return new RunningQuery(info, transport.doGet(ticket));
  }

  /** The next batch of rows; undefined at the end. Rejects with the query's FlightError. */
  async nextBatch(): Promise<PlainValue[][] | undefined> {
    const next = await this.next();
    return next === undefined ? undefined : decodeBatch(next);
  }

  /**
   * The number of rows of each batch, which are not decoded. Rejects with the query's FlightError. A reader that
   * stops early must cancel.
   */
  async *batchSizes(): AsyncGenerator<number> {
    for (let batch = await this.next(); batch !== undefined; batch = await this.next()) {
      yield batch.numRows;
    }
  }

  /** Reads to the end without decoding the rows. Rejects with the query's FlightError. */
  async readToEnd(): Promise<void> {
    while ((await this.next()) !== undefined);
  }

  /**
   * Reads whole batches until it has at least `rows` rows, then cancels the call at once. If these were all
   * rows, it cancels before it sees the end of the call. Resolves to the number of rows read.
   */
  async letGoAfter(rows: number): Promise<number> {
    try {
      let got = 0;
      while (got < rows) {
        const batch = await this.next();
        if (batch === undefined) {
          break;
        }
        got += batch.numRows;
      }
      return got;
    } finally {
      this.cancel();
    }
  }

  /**
   * Reads to the end, with a pause after the first batch: by then the execution has begun, however slow the
   * server is. gRPC requests no message before it is read, so the server has to wait after a few batches.
   * Resolves to the number of rows.
   */
  async readSlowly(pauseMs: number): Promise<number> {
    let got = 0;
    for await (const size of this.batchSizes()) {
      if (got === 0) {
        await delay(pauseMs);
      }
      got += size;
    }
    return got;
  }

  /** Cancels the call, as a client does that needs no more of the result. */
  cancel(): void {
    this.stream.cancel();
  }

  private async next(): Promise<RecordBatch | undefined> {
    const { batches } = await this.opened;
    const next = await batches.next();
    return next.done === true ? undefined : next.value;
  }
}
