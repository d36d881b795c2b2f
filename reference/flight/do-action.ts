import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { encapsulatedSchema } from '../../protocol/arrow-ipc.js';
import { packCommand } from '../../protocol/command.js';
import {
  CancelFlightInfoRequestSchema,
  CancelFlightInfoResultSchema,
  CancelStatus,
  CloseSessionResultSchema,
  CloseSessionResult_Status,
  FlightInfoSchema,
  GetSessionOptionsResultSchema,
  SetSessionOptionsRequestSchema,
  SetSessionOptionsResultSchema,
} from '../../protocol/gen/flight_pb.js';
import type { Action, FlightInfo } from '../../protocol/gen/flight_pb.js';
import {
  ActionBeginTransactionResultSchema,
  ActionCancelQueryRequestSchema,
  ActionCancelQueryResultSchema,
  ActionCancelQueryResult_CancelResult as CancelResult,
  ActionClosePreparedStatementRequestSchema,
  ActionCreatePreparedStatementRequestSchema,
  ActionCreatePreparedStatementResultSchema,
  ActionEndTransactionRequestSchema,
  ActionEndTransactionRequest_EndTransaction as End,
} from '../../protocol/gen/flight_sql_pb.js';
import { Failure } from '../errors.js';
import { currentCall } from '../sessions/current-call.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { Session } from '../sessions/session.js';
import { hasNoResultSet } from '../statements/statement.js';
import type { StatementService } from '../statements/statement-service.js';
import { closePrepared, keepPrepared } from './prepared-statements.js';
import { notServed, parseCommand, ticketKey } from './requests.js';
import { getSessionOptions, setSessionOptions } from '../statements/session-options.js';
import { beginTransaction, endTransaction } from '../statements/transactions.js';

/** The dependencies of the actions. */
export interface ActionContext {
  readonly statements: StatementService;
  readonly sessions: SessionRegistry;
}

interface ActionHandler {
  readonly description: string;
  /** Resolves to the body of the action's result; undefined if it has none. */
  run(context: ActionContext, session: Session, body: Uint8Array): Promise<Uint8Array | undefined>;
}

/** The supported actions, by type. */
export const actions: Readonly<Record<string, ActionHandler>> = {
  CreatePreparedStatement: {
    description:
      'Prepares a statement; answers with its handle, its schema and that of its parameters.',
    run: async ({ statements }, session, body) => {
      const { query, transactionId } = sqlRequest(body, ActionCreatePreparedStatementRequestSchema);
      const method = 'CreatePreparedStatement';
      const statement = await statements.prepare(session, query, method, transactionId);
      const { schema, executable } = statement;
      await unlessGivenUp(() => {
        executable.close();
      });
      return packCommand(ActionCreatePreparedStatementResultSchema, {
        preparedStatementHandle: keepPrepared(session, statement),
        // The JDBC driver treats a statement with columns as a query, and then does not report changed rows.
        datasetSchema:
          schema && !hasNoResultSet(statement, schema)
            ? encapsulatedSchema(schema)
            : new Uint8Array(),
        parameterSchema: encapsulatedSchema(executable.parameterSchema()),
      });
    },
  },
  ClosePreparedStatement: {
    description: 'Lets go of a prepared statement.',
    run: (_, session, body) => {
      const request = sqlRequest(body, ActionClosePreparedStatementRequestSchema);
      closePrepared(session, request.preparedStatementHandle);
      return Promise.resolve(undefined);
    },
  },
  BeginTransaction: {
    description: 'Begins a transaction of the session.',
    run: async (_, session) => {
      const transactionId = await beginTransaction(session);
      await unlessGivenUp(() => endTransaction(session, transactionId, End.ROLLBACK));
      return packCommand(ActionBeginTransactionResultSchema, { transactionId });
    },
  },
  EndTransaction: {
    description: "Commits or rolls back the session's transaction.",
    run: async (_, session, body) => {
      const request = sqlRequest(body, ActionEndTransactionRequestSchema);
      await endTransaction(session, request.transactionId, request.action);
      return undefined;
    },
  },
  CancelQuery: {
    description: 'Cancels a query of the session by its FlightInfo.',
    run: (_, session, body) => {
      const request = sqlRequest(body, ActionCancelQueryRequestSchema);
      const cancelled = cancel(session, read(FlightInfoSchema, request.info, 'FlightInfo'));
      const result = cancelled ? CancelResult.CANCELLED : CancelResult.NOT_CANCELLABLE;
      return Promise.resolve(packCommand(ActionCancelQueryResultSchema, { result }));
    },
  },
  CancelFlightInfo: {
    description: 'Cancels a query of the session by its FlightInfo.',
    run: (_, session, body) => {
      const { info } = read(CancelFlightInfoRequestSchema, body, 'request');
      const status =
        info && cancel(session, info) ? CancelStatus.CANCELLED : CancelStatus.NOT_CANCELLABLE;
      const result = create(CancelFlightInfoResultSchema, { status });
      return Promise.resolve(toBinary(CancelFlightInfoResultSchema, result));
    },
  },
  SetSessionOptions: {
    description: "Sets the session's catalog and schema.",
    run: async (_, session, body) => {
      const request = read(SetSessionOptionsRequestSchema, body, 'request');
      return toBinary(SetSessionOptionsResultSchema, await setSessionOptions(session, request));
    },
  },
  GetSessionOptions: {
    description: "Answers with the session's catalog and schema.",
    run: async (_, session) =>
      toBinary(GetSessionOptionsResultSchema, await getSessionOptions(session)),
  },
  CloseSession: {
    description: 'Ends the session; what runs in it is cancelled.',
    run: async ({ sessions }, session) => {
      await sessions.end(session, 'closed', 'closed by the client');
      const status = CloseSessionResult_Status.CLOSED;
      return toBinary(CloseSessionResultSchema, create(CloseSessionResultSchema, { status }));
    },
  },
};

/** DoAction: runs one action. Resolves to the body of its result; undefined if it has none. */
export async function doAction(
  context: ActionContext,
  session: Session,
  { type, body }: Action,
): Promise<Uint8Array | undefined> {
  const handler = Object.hasOwn(actions, type) ? actions[type] : undefined;
  if (!handler) {
    throw notServed(`The action '${type}'`);
  }
  return handler.run(context, session, body);
}

/**
 * If the call was cancelled, its client will not learn the handle, so what was created is removed. Throws
 * Failure('cancelled') then.
 */
async function unlessGivenUp(takeBack: () => unknown): Promise<void> {
  if (currentCall()?.over.aborted === true) {
    await takeBack();
    throw new Failure('cancelled', 'The client is gone');
  }
}

/** Cancels the query of every endpoint. Returns whether any was running. */
function cancel(session: Session, info: FlightInfo): boolean {
  let found = false;
  for (const { ticket } of info.endpoint) {
    found = (ticket !== undefined && session.cancelByHandle(ticketKey(ticket.ticket))) || found;
  }
  return found;
}

/** Unpacks the Flight SQL message in an action's body. Throws Failure('invalid-argument'). */
function sqlRequest<D extends DescMessage>(body: Uint8Array, schema: D): MessageShape<D> {
  const command = parseCommand(body, "action's body");
  const request = command.as(schema);
  if (!request) {
    throw new Failure(
      'invalid-argument',
      `The action's body is a ${command.name}, not ${schema.name}`,
    );
  }
  return request;
}

function read<D extends DescMessage>(schema: D, bytes: Uint8Array, what: string): MessageShape<D> {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new Failure('invalid-argument', `The ${what} cannot be read`, { cause });
  }
}
