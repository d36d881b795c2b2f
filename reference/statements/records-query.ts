import type { PreparedQuery } from '../engine/prepared-query.js';
import type { ReadingConnection } from './reading-connection.js';
import { StandIn } from './stand-in.js';
import type { Held } from './stand-in.js';

/** An admin's query that reads only records. The engine of the records runs it. */
export class RecordsQuery extends StandIn {
  constructor(
    private readonly query: PreparedQuery,
    private readonly reading: ReadingConnection,
  ) {
    super(query);
  }

  interrupt(): void {
    this.query.interrupt();
  }

  protected async hold(): Promise<Held> {
    await this.reading.begin();
    return { query: this.query, release: () => this.reading.end() };
  }
}
