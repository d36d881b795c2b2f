import { setTimeout as delay } from 'node:timers/promises';
import type { FlightInfo } from '../../protocol/gen/flight_pb.js';
import { readBatches } from './read-batches.js';
import type { Batches } from './read-batches.js';
import { decodeBatch } from './result-table.js';
import type { PlainValue } from './plain-value.js';
import type { Incoming } from './incoming.js';
import type { FlightData } from '../../protocol/gen/flight_pb.js';

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

  /** The next rows, or undefined at the end. Rejects with the query's FlightError. */
  async nextBatch(): Promise<PlainValue[][] | undefined> {
    const { batches } = await this.opened;
    const next = await batches.next();
    return next.done === true ? undefined : decodeBatch(next.value);
  }

  /** Reads on to the end without a look at the rows. Rejects with the query's FlightError. */
  async readToEnd(): Promise<void> {
    const { batches } = await this.opened;
    while ((await batches.next()).done !== true);
  }

  /**
   * Reads until it has so many rows, and cancels the call at once: where they were all of the
   * result, before it sees the call's end. Resolves to the number of rows it got, whole batches.
   */
  async letGoAfter(rows: number): Promise<number> {
    try {
      let got = 0;
      while (got < rows) {
        const batch = await this.nextBatch();
        if (batch === undefined) {
          break;
        }
        got += batch.length;
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
      const batch = await this.nextBatch();
      if (batch === undefined) {
        return got;
      }
      got += batch.length;
    }
  }

  /** Cancels the call itself, as a client does that has lost interest. */
  cancel(): void {
    this.stream.cancel();
  }
}
