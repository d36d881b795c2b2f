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

/** A query whose result is being fetched, to be read batch by batch or given up. */
export class RunningQuery {
  private readonly opened: Promise<Batches>;

  constructor(
    /** Names the query to `cancelQuery` and `cancelFlightInfo`. */
    readonly info: FlightInfo,
    private readonly stream: Incoming<FlightData>,
  ) {
    this.opened = readBatches(stream.messages);
    // Read later, or never: until then a failure is nobody's.
    this.opened.catch(() => undefined);
  }

  /** Has the server execute what a command names; its first endpoint's result is fetched. */
  static async start(transport: Transport, command: Uint8Array): Promise<RunningQuery> {
    const info = await transport.getFlightInfo(command);
    const ticket = info.endpoint[0]?.ticket?.ticket ?? new Uint8Array();
    return new RunningQuery(info, transport.doGet(ticket));
  }

  /** The next rows, or undefined at the end. Rejects with the query's FlightError. */
  async nextBatch(): Promise<PlainValue[][] | undefined> {
    const next = await this.next();
    return next === undefined ? undefined : decodeBatch(next);
  }

  /** Reads on to the end without a look at the rows. Rejects with the query's FlightError. */
  async readToEnd(): Promise<void> {
    while ((await this.next()) !== undefined);
  }

  /**
   * Reads until it has so many rows, and cancels the call at once: where they were all of the
   * result, before it sees the call's end. Resolves to the number of rows it got, whole batches.
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
   * Reads to the end, with a pause before each batch until `mostMs` have gone by. What is not read
   * is not asked for: after a few batches the server has to wait. Resolves to the number of rows.
   */
  async readSlowly(pauseMs: number, mostMs: number): Promise<number> {
    const begun = performance.now();
    let got = 0;
    for (;;) {
      if (performance.now() - begun < mostMs) {
        await delay(pauseMs);
      }
      const batch = await this.next();
      if (batch === undefined) {
        return got;
      }
      got += batch.numRows;
    }
  }

  /** Cancels the call itself, as a client does that has lost interest. */
  cancel(): void {
    this.stream.cancel();
  }

  private async next(): Promise<RecordBatch | undefined> {
    const { batches } = await this.opened;
    const next = await batches.next();
    return next.done === true ? undefined : next.value;
  }
}
