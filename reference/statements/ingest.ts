import type { RecordBatchStream } from '../../protocol/arrow-ipc.js';
import { Malformed } from '../../protocol/malformed.js';
import type { CommandStatementIngest } from '../../protocol/gen/flight_sql_pb.js';
import {
  CommandStatementIngest_TableDefinitionOptions_TableExistsOption as IfExists,
  CommandStatementIngest_TableDefinitionOptions_TableNotExistOption as IfNotExist,
} from '../../protocol/gen/flight_sql_pb.js';
import { engineMessage } from '../engine/engine-error.js';
import { stageBatches } from '../engine/from-arrow/stage-batches.js';
import { quoteIdentifier } from '../engine/identifiers.js';
import { Failure, isFault } from '../errors.js';
import { currentCall } from '../sessions/current-call.js';
import type { Session } from '../sessions/session.js';
import type { StatementService } from './statement-service.js';
import { checkTransaction } from './transactions.js';

/** The fields of CommandStatementIngest that ingest uses. */
export type IngestRequest = Pick<
  CommandStatementIngest,
  'table' | 'schema' | 'catalog' | 'temporary' | 'transactionId' | 'tableDefinitionOptions'
>;

const flightMethod = 'DoPutCommandStatementIngest';

/**
 * Bulk ingest. The batches go into a temporary table and from there, by one recorded and guarded statement,
 * into the target; columns are matched by name. It is atomic: it uses its own transaction unless the session
 * has one open. `read` opens the rows after the request has been recorded. `cancelled` receives the function
 * that cancels the ingest. Resolves to the number of rows. Throws a Failure that names the table.
 */
export async function ingest(
  statements: StatementService,
  session: Session,
  request: IngestRequest,
  read: () => Promise<RecordBatchStream>,
  cancelled: (cancel: () => void) => void,
): Promise<number> {
  const name = `gizmosql_ingest_${crypto.randomUUID()}`;
  const staging = `temp.main.${quoteIdentifier(name)}`;
  // Recorded before it is known whether the table exists. If the guess is wrong, the record gets the other
  // text.
  const sql = expectedSql(request, staging);
  const received = statements.receive({ session, sql, flightMethod, isInternal: false });
  return received.recorded(async () => {
    checkTransaction(session, request.transactionId);
    const { schema, batches } = await read();
    const over = currentCall()?.over;
    const turn = await session.lane.acquire({ over });
    const { connection } = session;
    try {
      const own = !(await connection.inTransaction());
      try {
        if (own) {
          await connection.begin();
        }
        const rows = await stageBatches(connection, name, schema, batches, over);
        const text = ingestSql(request, staging, await tableExists(session, request));
        const statement = await statements.prepareLocked(received, session, text);
        await statements.executor.updateLocked(statement, turn, cancelled);
        await connection.execute(`DROP TABLE ${staging}`);
        if (own) {
          await connection.commit();
          connection.names.note();
        }
        return rows;
      } catch (error) {
        const undo = own
          ? connection.rollback()
          : connection.execute(`DROP TABLE IF EXISTS ${staging}`);
        await undo.catch(() => undefined);
        throw error instanceof Failure ? error : ingestFailure(error);
      }
    } finally {
      turn.release();
    }
  });
}

/** Errors of the engine or of Arrow about rows are the client's errors. Internal faults are not. */
function ingestFailure(cause: unknown): Failure {
  if (cause instanceof Malformed) {
    return new Failure('invalid-argument', `The Arrow data cannot be read: ${cause.message}`);
  }
  const kind = isFault(cause) ? 'internal' : 'invalid-argument';
  return new Failure(kind, engineMessage(cause), { cause });
}

/** The SQL of the request, assuming that the table exists if the options require it. */
function expectedSql(request: IngestRequest, staging: string): string {
  const { ifExists } = request.tableDefinitionOptions ?? {};
  const isThere = ifExists === IfExists.APPEND || ifExists === IfExists.REPLACE;
  return isThere ? ingestSql(request, staging, true) : creation(request, staging);
}

function creation(request: IngestRequest, staging: string, orReplace = ''): string {
  const kind = request.temporary ? 'TEMPORARY ' : '';
  return `CREATE ${orReplace}${kind}TABLE ${targetName(request)} AS SELECT * FROM ${staging}`;
}

/** The SQL of the request, given whether its table exists. */
function ingestSql(request: IngestRequest, staging: string, exists: boolean): string {
  const options = request.tableDefinitionOptions;
  const target = targetName(request);
  if (!exists) {
    if (options?.ifNotExist === IfNotExist.CREATE) {
      return creation(request, staging);
    }
    throw new Failure('not-found', `Table ${target} does not exist`);
  }
  switch (options?.ifExists) {
    case IfExists.APPEND:
      return `INSERT INTO ${target} BY NAME SELECT * FROM ${staging}`;
    case IfExists.REPLACE:
      return creation(request, staging, 'OR REPLACE ');
    default:
      throw new Failure('invalid-argument', `Table ${target} already exists`);
  }
}

function targetName({ catalog, schema, table, temporary }: IngestRequest): string {
  const parts = temporary ? ['temp', 'main', table] : [catalog, schema, table];
  return parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => quoteIdentifier(part ?? ''))
    .join('.');
}

async function tableExists(session: Session, request: IngestRequest): Promise<boolean> {
  try {
    (await session.connection.prepare(`SELECT * FROM ${targetName(request)}`)).close();
    return true;
  } catch {
    return false;
  }
}
