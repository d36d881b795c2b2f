import type { Connection } from '../engine/connection.js';
import { statementKind } from '../engine/statement-kinds.js';
import { mayReachBeyond } from './beyond-reach.js';
import { wrappedStatement } from './canonical-text.js';
import type { CatalogRules } from './catalog-rules.js';
import { executedTexts } from './executed-texts.js';
import { checkFiles } from './file-rules.js';
import type { Guard, GuardedStatement } from './guard.js';
import type { ProtectedFiles } from './protected-files.js';
import { refusals } from './refusals.js';
import { admitText, checkRole } from './role-rules.js';
import { identifierName, wordsOf } from './statement-text.js';

/**
 * The guard of the reference server. What it is there for is that roles get what they need, and that
 * refusals are in the documented words: that no statement reaches the records is the work of the two
 * engines.
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
      // What was prepared when its names were tables may name files now.
      for (const text of [sql, ...(await executedBy(connection, sql))]) {
        if (await mayReachBeyond(connection, text)) {
          return refusals.beyond();
        }
      }
      return failure;
    },
  };
}

/** Settings with which sessions could not be served, texts could end the process, or the engine would break down on purpose. */
const ownSettings =
  /^(lock_configuration|max_expression_depth|allow_parser_override_extension|disabled_filesystems|debug_\w+)$/;
/** Functions that do the same: the other parser has no limit to the depth of what it reads. */
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

/** What an EXECUTE may execute; in a transaction that has failed nobody can say. */
async function executedBy(connection: Connection, sql: string): Promise<string[]> {
  return /\bexecute\b/i.test(sql) ? executedTexts(connection, sql).catch(() => []) : [];
}

/** What EXPLAIN explains and PREPARE prepares, in its place. */
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
