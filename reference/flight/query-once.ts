import type { Schema } from 'apache-arrow';
import type { RunningQuery, StatementService } from '../statements/statement-service.js';
import type { Statement } from '../statements/statement.js';

/** Runs a statement that is needed this once, and lets go of it when its result is sent. */
export function queryOnce(
  statements: StatementService,
  statement: Statement,
  handle: string,
  schema?: Schema,
): RunningQuery {
  const query = statements.query(statement, [], handle, schema);
  return {
    messages: thenClosed(query.messages, statement),
    cancel: () => {
      query.cancel();
    },
  };
}

async function* thenClosed(
  messages: AsyncGenerator<Buffer>,
  { executable }: Statement,
): AsyncGenerator<Buffer> {
  try {
    yield* messages;
  } finally {
    executable.close();
  }
}
