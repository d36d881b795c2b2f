import type { RecordBatch } from 'apache-arrow';
import { readFlightData } from '../../protocol/arrow-ipc.js';
import type { RecordBatchStream } from '../../protocol/arrow-ipc.js';
import type { FlightInfo } from '../../protocol/gen/flight_pb.js';
import { decodeBatch } from './result-table.js';
import type { PlainValue } from './plain-value.js';
import type { Incoming } from './transport.js';
import type { FlightData } from '../../protocol/gen/flight_pb.js';

/** A query whose result is being fetched, to be read batch by batch or given up. */
export class RunningQuery {
  private readonly opened: Promise<RecordBatchStream | undefined>;
  private batches: AsyncIterator<RecordBatch> | undefined;

  constructor(
    /** Names the query to `cancelQuery` and `cancelFlightInfo`. */
    readonly info: FlightInfo,
    private readonly stream: Incoming<FlightData>,
  ) {
    this.opened = readFlightData(stream.messages);
    // Read later, or never: until then a failure is nobody's.
    this.opened.catch(() => undefined);
  }

  /** The next rows, or undefined at the end. Rejects with the query's FlightError. */
  async nextBatch(): Promise<PlainValue[][] | undefined> {
    const opened = await this.opened;
    this.batches ??= opened?.batches[Symbol.asyncIterator]();
    const next = await this.batches?.next();
    return next === undefined || next.done === true ? undefined : decodeBatch(next.value);
  }

  /** Cancels the call itself, as a client does that has lost interest. */
  cancel(): void {
    this.stream.cancel();
  }
}
