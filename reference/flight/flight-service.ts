import { setImmediate } from 'node:timers/promises';
import { create, fromBinary } from '@bufbuild/protobuf';
import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  sendUnaryData,
  ServiceError,
  ServerDuplexStream,
  ServerWritableStream,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  ActionTypeSchema,
  BasicAuthSchema,
  HandshakeResponseSchema,
  ResultSchema,
  SchemaResultSchema,
} from '../../protocol/gen/flight_pb.js';
import type {
  Action,
  ActionType,
  BasicAuth,
  Empty,
  FlightData,
  FlightDescriptor,
  FlightInfo,
  HandshakeRequest,
  HandshakeResponse,
  PollInfo,
  PutResult,
  Result,
  SchemaResult,
  Ticket,
} from '../../protocol/gen/flight_pb.js';
import type { OutgoingFlightData } from '../../protocol/service.js';
import { Failure } from '../errors.js';
import type { Log } from '../log.js';
import type { StatementService } from '../statements/statement-service.js';
import type { SqlInfo } from '../statements/sql-info-facts.js';
import { currentCall, inCall } from '../sessions/current-call.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import { sendToken } from './caller.js';
import type { Call, Caller } from './caller.js';
import { actions, doAction } from './do-action.js';
import { doGet } from './do-get.js';
import { doPut } from './do-put.js';
import { getFlightInfo, getSchema } from './get-flight-info.js';
import { PacedWrites } from './paced-writes.js';
import { notServed } from './requests.js';
import { faultBehind, toStatus } from './status.js';

/** The dependencies of the RPC handlers. */
export interface FlightServiceContext {
  readonly caller: Caller;
  readonly sessions: SessionRegistry;
  readonly statements: StatementService;
  readonly sqlInfo: SqlInfo;
  readonly log: Log;
}

/**
 * Maximum turns of the event loop until gRPC reports that an ended stream was cancelled. Twice the observed
 * maximum.
 */
const turnsUntilCancelled = 4;

/** The RPCs of FlightService: identify the session, run the request, send the answer or a status. */
export function createFlightService(context: FlightServiceContext): UntypedServiceImplementation {
  const { caller, statements, sqlInfo } = context;
  const fail = (error: unknown): Partial<ServiceError> => {
    const fault = faultBehind(error);
    if (fault !== undefined) {
      context.log.error('a fault of the server', { error: describe(fault) });
    }
    return toStatus(error);
  };

  const handshake: handleBidiStreamingCall<HandshakeRequest, HandshakeResponse> = (call) => {
    void answerBidi(fail, call, async () => {
      const login =
        call.metadata.get('authorization').length > 0
          ? await caller.login(call)
          : await payloadLogin(caller, call);
      sendToken(call, login);
      const payload = Buffer.from(login.issuedToken ?? '');
      return create(HandshakeResponseSchema, { payload });
    });
  };

  const flightInfo: handleUnaryCall<FlightDescriptor, FlightInfo> = (call, callback) => {
    void answerUnary(fail, callback, async () =>
      getFlightInfo(statements, await caller.session(call), call.request),
    );
  };

  const schema: handleUnaryCall<FlightDescriptor, SchemaResult> = (call, callback) => {
    void answerUnary(fail, callback, async () =>
      create(SchemaResultSchema, {
        schema: await getSchema(statements, await caller.session(call), call.request),
      }),
    );
  };

  const get: handleServerStreamingCall<Ticket, OutgoingFlightData> = (call) => {
    void answerStream(fail, call, async () => {
      const session = await caller.session(call);
      const query = await doGet(statements, sqlInfo, session, call.request.ticket);
      const lost = currentCall()?.lost;
      onCancelled(call, () => {
        query.leave(lost?.aborted === true);
      });
      return query.messages;
    });
  };

  const put: handleBidiStreamingCall<FlightData, PutResult> = (call) => {
    void answerBidi(fail, call, async () => {
      const session = await caller.session(call);
      let cancelCurrent: (() => void) | undefined;
      call.once('cancelled', () => cancelCurrent?.());
      return doPut(statements, session, whole(call), (cancel) => {
        cancelCurrent = cancel;
        if (call.cancelled) {
          cancel();
        }
      });
    });
  };

  const action: handleServerStreamingCall<Action, Result> = (call) => {
    void answerStream(fail, call, async () => {
      const session = await caller.session(call);
      const body = await doAction(context, session, call.request);
      return body ? [create(ResultSchema, { body })] : [];
    });
  };

  const listActions: handleServerStreamingCall<Empty, ActionType> = (call) => {
    void answerStream(fail, call, async () => {
      await caller.session(call);
      return Object.entries(actions).map(([type, { description }]) =>
        create(ActionTypeSchema, { type, description }),
      );
    });
  };

  const unservedStream = (name: string) => (call: ServerWritableStream<unknown, unknown>) => {
    call.emit('error', toStatus(notServed(name)));
  };
  const pollFlightInfo: handleUnaryCall<FlightDescriptor, PollInfo> = (_, callback) => {
    callback(toStatus(notServed('PollFlightInfo')));
  };

  return {
    Handshake: handshake,
    ListFlights: unservedStream('ListFlights'),
    GetFlightInfo: whileItLasts(caller, flightInfo),
    PollFlightInfo: pollFlightInfo,
    GetSchema: whileItLasts(caller, schema),
    DoGet: whileItLasts(caller, get),
    DoPut: whileItLasts(caller, put),
    DoExchange: unservedStream('DoExchange'),
    DoAction: whileItLasts(caller, action),
    ListActions: listActions,
  };
}

/** Runs a handler within its call, with signals for the end of the call and the loss of its connection. */
function whileItLasts<C extends Call, R extends unknown[]>(
  caller: Caller,
  handle: (call: C, ...rest: R) => void,
) {
  return (call: C, ...rest: R): void => {
    const [over, lost] = [new AbortController(), new AbortController()];
    const connection = caller.connectionOf(call);
    onCancelled(call, () => {
      over.abort();
      if (!connection.isOpen()) {
        lost.abort();
      }
    });
    inCall({ over: over.signal, lost: lost.signal }, () => {
      handle(call, ...rest);
    });
  };
}

/** Some clients send user name and password in the Handshake's message instead of the header. */
async function payloadLogin(
  caller: Caller,
  call: ServerDuplexStream<HandshakeRequest, HandshakeResponse>,
) {
  // Not `for await`: leaving such a loop would end the call before it is answered.
  const requests: AsyncIterator<HandshakeRequest> = call[Symbol.asyncIterator]();
  const first = await requests.next();
  if (first.done === true) {
    return caller.login(call);
  }
  const { username, password } = readCredentials(first.value.payload);
  return caller.passwordLogin(call, username, password);
}

function readCredentials(payload: Uint8Array): BasicAuth {
  try {
    return fromBinary(BasicAuthSchema, payload);
  } catch (cause) {
    throw new Failure(
      'unauthenticated',
      "The Handshake's payload holds no user name and password",
      {
        cause,
      },
    );
  }
}

/**
 * The messages of a client stream. Throws if the client cancels, because gRPC then ends the stream as if it
 * were complete.
 */
async function* whole(call: ServerDuplexStream<FlightData, unknown>): AsyncGenerator<FlightData> {
  try {
    yield* call as AsyncIterable<FlightData>;
  } catch (cause) {
    // Node.js reports a cancelled call with this code. So does gRPC after it has sent an error status.
    if ((cause as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') {
      throw brokenOff(cause);
    }
    throw cause;
  }
  for (let turn = 0; turn < turnsUntilCancelled && !call.cancelled; turn++) {
    await setImmediate();
  }
  if (call.cancelled) {
    throw brokenOff();
  }
}

function brokenOff(cause?: unknown): Failure {
  return new Failure('cancelled', 'The client broke off before it had sent everything', { cause });
}

/** Calls back when the client cancels the call, or immediately if it already has. */
function onCancelled(call: Pick<Call, 'cancelled' | 'once'>, callback: () => void): void {
  if (call.cancelled) {
    callback();
  } else {
    call.once('cancelled', callback);
  }
}

/** Converts an error to a status, and logs the details that the client must not see. */
type Fail = (error: unknown) => Partial<ServiceError>;

function describe(fault: unknown): string {
  return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
}

/** Sends one answer or an error status. */
async function answerUnary<S>(
  fail: Fail,
  callback: sendUnaryData<S>,
  answer: () => Promise<S>,
): Promise<void> {
  try {
    callback(null, await answer());
  } catch (error) {
    callback(fail(error));
  }
}

/** Streams the messages of `answer` at the client's pace, or sends an error status. */
async function answerStream<T>(
  fail: Fail,
  call: ServerWritableStream<unknown, T>,
  answer: () => Promise<Iterable<T> | AsyncIterable<T>>,
): Promise<void> {
  const writes = new PacedWrites<T>(call);
  try {
    for await (const message of await answer()) {
      await writes.write(message);
      if (writes.isGone) {
        return;
      }
    }
    call.end();
  } catch (error) {
    if (!writes.isGone) {
      call.emit('error', fail(error));
    }
  }
}

/** Sends the single message of `answer`, or an error status. */
async function answerBidi<Q, S>(
  fail: Fail,
  call: ServerDuplexStream<Q, S>,
  answer: () => Promise<S>,
): Promise<void> {
  try {
    call.write(await answer());
    call.end();
  } catch (error) {
    call.emit('error', fail(error));
  }
}
