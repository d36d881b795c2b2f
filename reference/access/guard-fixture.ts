import type { Connection } from '../engine/connection.js';
import { Failure } from '../errors.js';
import type { Guard } from './guard.js';
import type { Role } from './identity.js';

/** What a guard says of a statement by `bob`: `allowed`, or the message of its refusal. */
export async function verdictOf(
  guard: Guard,
  connection: Connection,
  role: Role,
  sql: string,
): Promise<string> {
  const prepared = await connection.prepare(sql);
  const identity = { username: 'bob', role, authMethod: 'Basic' } as const;
  try {
    await guard.check({ identity, sql, type: prepared.type, connection });
    return 'allowed';
  } catch (error) {
    if (!(error instanceof Failure)) {
      throw error;
    }
    return error.message;
  } finally {
    prepared.close();
  }
}
