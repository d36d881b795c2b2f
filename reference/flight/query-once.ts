import type { Schema } from 'apache-arrow';
import type { EncodedFlightData } from '../../protocol/flight-data.js';
import type { RunningQuery } from '../statements/statement-executor.js';
import type { StatementService } from '../statements/statement-service.js';
import type { Statement } from '../statements/statement.js';

/** Runs a statement once and closes it when its result has been sent. */
export function queryOnce(
  statements: StatementService,
  statement: Statement,
  handle: string,
  schema?: Schema,
): RunningQuery {
  const query = statements.executor.query(statement, [], handle, { schema });
  return {
    messages: thenClosed(query.messages, statement),
    leave: (connectionLost) => {
      query.leave(connectionLost);
    },
  };
}

async function* thenClosed(
  messages: AsyncGenerator<EncodedFlightData>,
  { executable }: Statement,
): AsyncGenerator<EncodedFlightData> {
  try {
    yield* messages;
  } finally {
    executable.close();
  }
}
