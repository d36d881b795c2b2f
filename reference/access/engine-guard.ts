import type { Connection } from '../engine/connection.js';
import { statementKind } from '../engine/statement-kinds.js';
import { mayReachBeyond } from './beyond-reach.js';
import { wrappedStatement } from './canonical-text.js';
import type { CatalogRules } from './catalog-rules.js';
import { textsExecutedBy } from './executed-texts.js';
import { checkFiles } from './file-rules.js';
import type { Guard, GuardedStatement } from './guard.js';
import type { ProtectedFiles } from './protected-files.js';
import { refusals } from './refusals.js';
import { admitText, checkRole } from './role-rules.js';
import { identifierName, wordsOf } from './statement-text.js';

/**
 * The guard of the reference server. It lets each role do what it needs and refuses in the specified words.
 * It is not what protects the records: they are in a separate engine.
 */
export function createGuard(records: CatalogRules, files: ProtectedFiles): Guard {
  return {
    admit: async ({ identity, sql, connection }) => {
      if (identity.role !== 'admin') {
        await admitText(identity, sql, connection);
      }
    },
    check: (statement) => check(statement, records, files),
    tell: async (failure, { identity, sql, connection }) => {
      const refused = records.changeRefused(failure, sql);
      if (refused !== null) {
        return refused;
      }
      if (identity.role === 'admin') {
        return failure;
      }
      // A prepared statement's table names may refer to files once the tables are dropped.
      for (const text of [sql, ...(await textsExecutedBy(connection, sql))]) {
        if (await mayReachBeyond(connection, text)) {
          return refusals.beyond();
        }
      }
      return failure;
    },
  };
}

/** Settings that would break sessions, let a text end the process, or make the engine fail on purpose. */
const ownSettings =
  /^(lock_configuration|max_expression_depth|allow_parser_override_extension|disabled_filesystems|debug_\w+)$/;
/** Functions with the same effect: the PEG parser does not limit the nesting depth. */
const ownFunctions = /^enable_peg_parser$/;

async function check(
  received: GuardedStatement,
  records: CatalogRules,
  files: ProtectedFiles,
): Promise<void> {
  const { identity } = received;
  const kind = statementKind(received.type);
  if (kind === 'transaction' && identity.role !== 'readonly') {
    return;
  }
  if (identity.role !== 'admin') {
    if (kind === 'detach' || identity.role !== 'readonly') {
      await records.checkChange(() => unwrapped(received));
    }
    return checkRole(received, records);
  }
  const inner = await unwrapped(received);
  await records.checkChange(() => Promise.resolve(inner));
  const words = wordsOf(received.sql).map(identifierName);
  const sets = /^(set|reset|pragma)$/.test(words[0] ?? '');
  const own =
    (sets ? words.slice(0, 3) : []).find((word) => ownSettings.test(word)) ??
    words.find((word, i) => ownFunctions.test(word) && words[i + 1] === '(');
  if (words.includes('enable_logging') && words.some((word) => word.startsWith('storage'))) {
    throw refusals.logFiles();
  }
  if (own !== undefined) {
    throw refusals.own(own);
  }
  await checkFiles(inner, files);
}

/** Replaces EXPLAIN and PREPARE by the statement that they contain. */
async function unwrapped({ type, sql, connection }: GuardedStatement): Promise<{
  kind: ReturnType<typeof statementKind>;
  sql: string;
  connection: Connection;
}> {
  const kind = statementKind(type);
  const inner = kind === 'explain' || kind === 'prepare' ? wrappedStatement(sql)?.inner : undefined;
  return inner === undefined
    ? { kind, sql, connection }
    : { kind: statementKind(await connection.typeOf(inner)), sql: inner, connection };
}
