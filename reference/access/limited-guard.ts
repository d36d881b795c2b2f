import { planOf } from '../engine/statement-effects.js';
import { wrappedStatement } from './canonical-text.js';
import type { Guard, GuardedStatement } from './guard.js';
import { refusals } from './refusals.js';

/**
 * Wraps a guard for an engine with limited directories: refuses to log to files. If the engine cannot write
 * its log file, every later statement of all sessions fails and the process ends. `SET enable_logging =
 * true`, which logs to memory, is allowed.
 */
export function withoutLogFiles(guard: Guard): Guard {
  return {
    admit: async (statement) => guard.admit?.(statement),
    check: async (statement) => {
      await guard.check(statement);
      // Other roles cannot call logging functions at all.
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
    // The engine explains every statement that can call a function, except an expanded one.
    return /enable_logging\s*["(]/i.test(sql);
  }
}
