import type { StatementType } from '@duckdb/node-api';
import { canonicalText } from '../access/canonical-text.js';
import type { Guard } from '../access/guard.js';
import { engineMessage, isOfFailedTransaction } from '../engine/engine-error.js';
import { statementKind } from '../engine/statement-kinds.js';
import { Failure } from '../errors.js';
import type { Session } from '../sessions/session.js';
import { CheckedQuery } from './checked-query.js';
import type { EngineStatement } from './checked-query.js';
import { ExpandedStatement } from './expanded-statement.js';
import { parseSetting } from './gizmosql-settings.js';
import type { GizmosqlSettings } from './gizmosql-settings.js';
import { killExecutable, parseKillSession } from './kill-session.js';
import type { Kill } from './kill-session.js';
import { mayEndProcessByName } from './on-record.js';
import type { PseudoFunctions, PseudoFunctionValues } from './pseudo-functions.js';
import { ReadOnlyQuery } from './read-only-query.js';
import type { RecordsReading } from './records-reading.js';
import { severalStatements } from './several-statements.js';
import { StatementScript } from './statement-script.js';
import type { ScriptParts } from './statement-script.js';
import type { Executable, Statement } from './statement.js';

/** The parts of the server that a statement passes through before it can be executed. */
export interface PreparerOptions {
  readonly guard: Guard;
  readonly pseudoFunctions: PseudoFunctions;
  readonly kill: Kill;
  readonly settings: GizmosqlSettings;
  /** Where an admin's statement is run that reads the records; null where they are in the clients' engine, or nowhere. */
  readonly reading: RecordsReading | null;
  /** What the pseudo-functions stand for in a session. */
  readonly valuesFor: (session: Session) => PseudoFunctionValues;
}

/** What a client's text becomes. */
export type Prepared = Pick<Statement, 'executable' | 'schema'> &
  Partial<Pick<Statement, 'mayEndProcess'>>;

/** Waits until the record of the statement is on disk. Throws Failure('exhausted') when it does not get there. */
export type AwaitRecord = () => Promise<void>;

/**
 * Makes of a client's text something that can be executed: a command of the server's own, one statement
 * of the engine's, or several. Pseudo-functions are replaced and the guard is asked on the way.
 */
export class Preparer {
  constructor(private readonly options: PreparerOptions) {}

  /** A command of the server's own, or undefined when the engine is to have the text. */
  command(session: Session, sql: string): Promise<Prepared> | undefined {
    const { kill, settings } = this.options;
    const target = parseKillSession(sql);
    if (target !== null) {
      return kill
        .check(session, target)
        .then(() => described(killExecutable(kill, session, target)));
    }
    const change = parseSetting(sql);
    return change === null
      ? undefined
      : settings.check(session, change).then(() => described(settings.executable(session, change)));
  }

  /** Prepares the text for whoever has the session's connection. Throws the Failure that says why it cannot or may not run. */
  async engineStatement(
    session: Session,
    sql: string,
    awaitRecord: AwaitRecord,
  ): Promise<Prepared> {
    const { pseudoFunctions, valuesFor } = this.options;
    const { connection, identity } = session;
    const text = canonicalText(pseudoFunctions(sql, valuesFor(session)), identity.role);
    await this.admit(session, text);
    const mayEndProcess = await unlessFailed(mayEndProcessByName(connection, text));
    if (mayEndProcess === true) {
      await awaitRecord();
    }
    const query = await connection.prepare(text).catch(async (error: unknown) => {
      const parts = await severalStatements(connection, text);
      return parts ?? this.elsewhere(session, sql, text, error);
    });
    const prepared = await described(
      'length' in query
        ? await StatementScript.of(query, this.partsOf(session, sql))
        : await this.checkedQuery(session, sql, text, query),
    );
    return { ...prepared, ...(mayEndProcess === true && { mayEndProcess }) };
  }

  /** How a text of several statements has each of them prepared and allowed. */
  private partsOf(session: Session, sql: string): ScriptParts {
    const { guard, reading } = this.options;
    const { identity, connection } = session;
    return {
      prepare: async (part) => {
        const command = await this.command(session, part);
        if (command) {
          return command.executable;
        }
        const text = canonicalText(part, identity.role);
        return this.checkedQuery(session, sql, text, await this.prepareOne(session, sql, text));
      },
      expand: async (part) => {
        const expanded = await ExpandedStatement.of(connection, part, {
          ask: (type) => guard.check({ identity, sql: part, type, connection, expanded: true }),
        });
        if (identity.role === 'readonly') {
          return new ReadOnlyQuery(expanded, connection);
        }
        return identity.role === 'admin' && reading !== null
          ? reading.routeExpanded(session, expanded, part)
          : expanded;
      },
      allBeforeFirst: identity.role === 'readonly',
    };
  }

  /** One statement of the engine's, for the guard to look at. `sql` is what the client sent, and what it is told of. */
  private checkedQuery(
    session: Session,
    sql: string,
    text: string,
    query: EngineStatement,
  ): Promise<Executable> {
    const { identity, connection } = session;
    const { guard, reading } = this.options;
    const { type } = query;
    const isAdmin = identity.role === 'admin';
    return CheckedQuery.of(query, {
      prepare: () => this.prepareOne(session, sql, text),
      ask: (asked) => guard.check({ identity, sql: text, type, connection, ...asked }),
      route: async (prepared) => {
        if (identity.role === 'readonly' && mayHaveEffect(prepared.type)) {
          return new ReadOnlyQuery(prepared, connection);
        }
        return isAdmin && reading !== null ? reading.route(session, prepared, text) : prepared;
      },
      tell: (failure) => guard.tell(failure, { identity, sql: text, connection }),
      changes: () => connection.names.count,
      distrustful: !isAdmin,
    });
  }

  /** Throws where the text must not even be bound. */
  private async admit({ identity, connection }: Session, text: string): Promise<void> {
    await unlessFailed(this.options.guard.admit?.({ identity, sql: text, connection }));
  }

  private async prepareOne(session: Session, sql: string, text: string): Promise<EngineStatement> {
    await this.admit(session, text);
    try {
      return await session.connection.prepare(text);
    } catch (error) {
      return this.elsewhere(session, sql, text, error);
    }
  }

  /** An admin's query of something in the catalog of the records that came there after the server's start. */
  private async elsewhere(
    session: Session,
    sql: string,
    text: string,
    error: unknown,
  ): Promise<EngineStatement> {
    const { reading } = this.options;
    const found =
      session.identity.role === 'admin' && reading !== null
        ? await reading.elsewhere(session, text)
        : null;
    return found ?? this.cannotPrepare(session, sql, text, error);
  }

  private async cannotPrepare(
    { identity, connection }: Session,
    sql: string,
    text: string,
    error: unknown,
  ): Promise<never> {
    const failure = new Failure(
      'invalid-argument',
      `Can't prepare statement: '${sql}' - Error: ${engineMessage(error)}`,
      { cause: error },
    );
    throw await this.options.guard.tell(failure, { identity, sql: text, connection });
  }
}

/** What is found out, unless the transaction has failed: then the engine takes nothing but its end, and says nothing. */
async function unlessFailed<T>(asking: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (isOfFailedTransaction(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Whether what calls functions is executed: the role readonly may run nothing else that could have an effect. */
function mayHaveEffect(type: StatementType): boolean {
  return /^(query|execute|explain)$/.test(statementKind(type));
}

async function described(executable: Executable): Promise<Prepared> {
  return { executable, schema: await executable.schema() };
}
