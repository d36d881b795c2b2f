import type { Clock } from '../clock.js';
import type { PreparedQuery } from '../engine/prepared-query.js';
import type { Recorder } from '../instrumentation/recorder.js';
import type { Log } from '../log.js';
import type { Session } from '../sessions/session.js';
import { Preparation } from './preparation.js';
import { Preparer } from './preparer.js';
import type { PreparerOptions } from './preparer.js';
import { queryLog, sessionFields } from './query-log.js';
import type { QueryLog } from './query-log.js';
import { ReceivedStatement } from './received-statement.js';
import type { ReceptionContext, StatementRequest } from './received-statement.js';
import { StatementExecutor } from './statement-executor.js';
import { StatementQueue } from './statement-queue.js';
import type { QueueLimits } from './statement-queue.js';
import type { Executable, Statement } from './statement.js';
import { checkTransaction } from './transactions.js';

/** The components that process a statement. */
export interface StatementServiceOptions extends PreparerOptions {
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Whether lines about statements contain their SQL. */
  readonly printQueries: boolean;
  readonly log: Pick<Log, 'at'>;
  /** Makes the queue; the usual one by default. */
  readonly queue?: ((limits: () => QueueLimits) => StatementQueue) | undefined;
  /** Whether the records tell the engine's time from that of delivery, as from 1.34 on. */
  readonly hasTimeline: boolean;
}

/** Options for statements that the server generates. They do not pass the guard. */
export interface InternalStatement {
  /** Makes the Executable that answers the request from the prepared SQL. */
  readonly wrap?: (prepared: PreparedQuery) => Executable;
}

/**
 * The path of every statement: it gets an id and a record, pseudo-functions are replaced, the guard is asked,
 * the engine prepares it, and `executor` executes it. The recorder is told of each step. A failed step ends
 * the path with one error message, for the client and for the record.
 */
export class StatementService {
  readonly executor: StatementExecutor;
  private readonly preparer: Preparer;
  private readonly logQuery: QueryLog;

  constructor(private readonly options: StatementServiceOptions) {
    const { recorder, clock, log, settings, hasTimeline } = options;
    const limits = () => ({
      concurrent: settings.ofAll.maxConcurrentStatements,
      queued: settings.ofAll.maxQueuedStatements,
    });
    const queue = options.queue?.(limits) ?? new StatementQueue(limits);
    settings.onChange(() => {
      queue.serve();
    });
    this.preparer = new Preparer(options);
    this.logQuery = queryLog(log, this.settingsOf);
    const { logQuery, settingsOf } = this;
    this.executor = new StatementExecutor({
      ...{ recorder, clock, logQuery, settingsOf, queue, hasTimeline },
      // Otherwise a slow reader would keep others from executing.
      readsAhead: () => hasTimeline || settings.ofAll.maxConcurrentStatements > 0,
    });
  }

  /**
   * Receives a client's SQL and its transaction. Throws a Failure, which is recorded, if it cannot or may not
   * run.
   */
  async prepare(
    session: Session,
    sql: string,
    flightMethod: string,
    transactionId?: Uint8Array,
  ): Promise<Statement> {
    return this.receive({ session, sql, flightMethod, isInternal: false }).prepare(
      async (awaitRecord) => {
        checkTransaction(session, transactionId);
        const command = this.preparer.command(session, sql);
        const preparation = new Preparation(session, this.settingsOf(session).queryTimeoutSeconds);
        return (
          command ??
          session.lane.runForCall(() =>
            preparation.run(() => this.preparer.engineStatement(session, sql, awaitRecord)),
          )
        );
      },
    );
  }

  /** Prepares a received statement with this text, for a caller that holds the session's connection. */
  async prepareLocked(
    received: ReceivedStatement,
    session: Session,
    sql: string,
  ): Promise<Statement> {
    return received.prepare(
      (awaitRecord) => this.preparer.engineStatement(session, sql, awaitRecord),
      sql,
    );
  }

  /** Prepares SQL that the server generated for a metadata request. */
  async prepareInternal(
    session: Session,
    sql: string,
    flightMethod: string,
    { wrap }: InternalStatement = {},
  ): Promise<Statement> {
    return this.receive({ session, sql, flightMethod, isInternal: true }).prepare(() =>
      session.lane.runForCall(async () => {
        const prepared = await session.connection.prepare(sql);
        const executable = wrap ? wrap(prepared) : prepared;
        return { executable, schema: await executable.schema() };
      }),
    );
  }

  /**
   * Records a request before it is processed, and later its failure. Throws Failure('exhausted') if there is
   * no room for its record.
   */
  receive(request: StatementRequest): ReceivedStatement {
    const { recorder, clock } = this.options;
    return new ReceivedStatement({ recorder, clock, ended: this.logPrepared }, request);
  }

  private readonly settingsOf = (session: Session) => this.options.settings.of(session);

  private readonly logPrepared: ReceptionContext['ended'] = (request, id, error): void => {
    const { session, sql, flightMethod, isInternal } = request;
    const level = error === null ? (isInternal ? 'debug' : 'info') : 'error';
    this.logQuery(session, level, 'statement prepared', {
      statement_id: id,
      ...sessionFields(session),
      flight_method: flightMethod,
      ...(this.options.printQueries ? { sql } : {}),
      ...(error === null ? {} : { error }),
    });
  };
}
