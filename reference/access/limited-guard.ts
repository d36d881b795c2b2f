import { planOf } from '../engine/statement-effects.js';
import { wrappedStatement } from './canonical-text.js';
import type { Guard, GuardedStatement } from './guard.js';
import { refusals } from './refusals.js';

/**
 * A guard for an engine that refuses most directories: it keeps the engine's log out of files as well. A log that the
 * engine may not write makes each statement of everybody fail from then on, and the process end. In memory there is a log by
 * `SET enable_logging = true`.
 */
export function withoutLogFiles(guard: Guard): Guard {
  return {
    admit: async (statement) => guard.admit?.(statement),
    check: async (statement) => {
      await guard.check(statement);
      // Roles other than admin can call nothing of the kind.
      if (statement.identity.role === 'admin' && (await enablesLogging(statement))) {
        throw refusals.logFiles();
      }
    },
    tell: (failure, statement) => guard.tell(failure, statement),
  };
}

async function enablesLogging({ sql, connection, parameters }: GuardedStatement): Promise<boolean> {
  const inner = wrappedStatement(sql)?.inner ?? sql;
  try {
    return (await planOf(connection, inner, { parameters })).anywhere.has('enable_logging');
  } catch {
    // The engine explains whatever can call a function, but for several statements in one.
    return /enable_logging\s*["(]/i.test(sql);
  }
}
