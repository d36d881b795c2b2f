import type { StatementType } from '@duckdb/node-api';
import { canonicalText } from '../access/canonical-text.js';
import type { Guard } from '../access/guard.js';
import { engineMessage, isOfFailedTransaction } from '../engine/engine-error.js';
import { reading as inReadOnlyTransaction } from '../engine/reading.js';
import { isSetting, statementKind } from '../engine/statement-kinds.js';
import { Failure } from '../errors.js';
import type { Session } from '../sessions/session.js';
import { CheckedQuery } from './checked-query.js';
import type { EngineStatement } from './checked-query.js';
import { ExpandedStatement } from './expanded-statement.js';
import type { GizmosqlSettings } from './gizmosql-settings.js';
import { killExecutable, parseKillSession } from './kill-session.js';
import type { Kill } from './kill-session.js';
import { mayEndProcessByName } from './on-record.js';
import type { PseudoFunctions, PseudoFunctionValues } from './pseudo-functions.js';
import { ReadOnlyQuery } from './read-only-query.js';
import type { RecordsReading } from './records-reading.js';
import { parseSetting } from './setting-statement.js';
import { settingExecutable } from './setting-executable.js';
import { namesSettings, substituteSettings } from './settings-function.js';
import { severalStatements } from './several-statements.js';
import { StatementScript } from './statement-script.js';
import type { ScriptParts } from './statement-script.js';
import type { Executable, Statement } from './statement.js';

/** The components that prepare a statement. */
export interface PreparerOptions {
  readonly guard: Guard;
  readonly pseudoFunctions: PseudoFunctions;
  readonly kill: Kill;
  readonly settings: GizmosqlSettings;
  /**
   * Runs the admins' statements that read records; null if the clients' engine has the records, or there are
   * none.
   */
  readonly reading: RecordsReading | null;
  /** The values of the pseudo-functions in a session. */
  readonly valuesFor: (session: Session) => PseudoFunctionValues;
}

/** The prepared form of a client's text. */
export type Prepared = Pick<Statement, 'executable' | 'schema'> &
  Partial<Pick<Statement, 'mayEndProcess'>>;

/** The text that the engine gets for a statement. */
interface EngineText {
  /** With the settings of the moment when it is called, if the statement asks for them. */
  readonly now: () => string;
  /** A counter that increases when the text may have changed. */
  readonly changes: () => number;
}

/** Waits until the statement's record is on disk. Throws Failure('exhausted') after a timeout. */
export type AwaitRecord = () => Promise<void>;

/**
 * Prepares a client's text for execution, as a command of the server, one statement of the engine, or
 * several. It also replaces pseudo-functions and asks the guard.
 */
export class Preparer {
  constructor(private readonly options: PreparerOptions) {}

  /** A command of the server; undefined if the text is for the engine. */
  command(session: Session, sql: string): Promise<Prepared> | undefined {
    const { kill } = this.options;
    const target = parseKillSession(sql);
    return target === null
      ? undefined
      : kill.check(session, target).then(() => described(killExecutable(kill, session, target)));
  }

  /**
   * Prepares the text for a caller that holds the session's connection. Throws the Failure that says why it
   * cannot or may not run.
   */
  async engineStatement(
    session: Session,
    sql: string,
    awaitRecord: AwaitRecord,
  ): Promise<Prepared> {
    const { pseudoFunctions, valuesFor } = this.options;
    const { connection, identity } = session;
    const plain = pseudoFunctions(sql, valuesFor(session));
    const setting = await this.setting(session, sql, plain);
    if (setting !== null) {
      return described(setting);
    }
    const source = this.textOf(session, plain);
    const text = source.now();
    await this.admit(session, text);
    const mayEndProcess = await unlessFailed(mayEndProcessByName(connection, text));
    if (mayEndProcess === true) {
      await awaitRecord();
    }
    const query = await connection.prepare(text).catch(async (error: unknown) => {
      const parts = await severalStatements(connection, canonicalText(plain, identity.role));
      return parts ?? this.elsewhere(session, sql, text, error);
    });
    const prepared = await described(
      'length' in query
        ? await StatementScript.of(query, this.partsOf(session, sql))
        : await this.checkedQuery(session, sql, source, query),
    );
    return { ...prepared, ...(mayEndProcess === true && { mayEndProcess }) };
  }

  /** How to prepare and check each statement of a text with several. */
  private partsOf(session: Session, sql: string): ScriptParts {
    const { guard, reading } = this.options;
    const { identity, connection } = session;
    return {
      prepare: async (part) => {
        const command = await this.command(session, part);
        const executable = command?.executable ?? (await this.setting(session, sql, part));
        if (executable) {
          return executable;
        }
        const source = this.textOf(session, part);
        const query = await this.prepareOne(session, sql, source.now());
        return this.checkedQuery(session, sql, source, query);
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

  private textOf(session: Session, plain: string): EngineText {
    const { settings } = this.options;
    const { role } = session.identity;
    if (!namesSettings(plain)) {
      // Asked for more than once by each statement.
      const text = canonicalText(plain, role);
      return { now: () => text, changes: () => 0 };
    }
    const now = () =>
      canonicalText(
        substituteSettings(plain, () => settings.list(session)),
        role,
      );
    return { now, changes: () => settings.changes };
  }

  /**
   * A change of one of the server's own settings; null for other SQL. `sql` is the client's text, for error
   * messages.
   */
  private async setting(session: Session, sql: string, text: string): Promise<Executable | null> {
    const statement = parseSetting(text);
    if (statement === null) {
      return null;
    }
    const parameterCount = await this.settingParameters(session, sql, statement.engineSql);
    return parameterCount === null
      ? null
      : settingExecutable(statement, {
          session,
          settings: this.options.settings,
          parameterCount,
          evaluate: (expression) => this.evaluate(session, sql, expression),
        });
  }

  /** The number of parameters of one SET or RESET, as the engine's parser reads it; null for other SQL. */
  private async settingParameters(
    session: Session,
    sql: string,
    text: string,
  ): Promise<number | null> {
    try {
      const statements = await session.connection.extract(text);
      if (statements.count !== 1) {
        return null;
      }
      const prepared = await statements.prepare(0);
      const { type, parameterCount } = prepared;
      prepared.close();
      return isSetting(type) ? parameterCount : null;
    } catch (error) {
      return this.cannotPrepare(session, sql, text, error);
    }
  }

  /** The value of an expression, as a query of the session would have it; null for NULL. */
  private async evaluate(
    session: Session,
    sql: string,
    expression: string,
  ): Promise<string | null> {
    const text = `SELECT CAST((${expression}) AS VARCHAR)`;
    const { connection } = session;
    const query = await this.prepareOne(session, sql, text);
    const source = { now: () => text, changes: () => 0 };
    // For the guard only: the value is not a result that is sent.
    (await this.checkedQuery(session, sql, source, query)).close();
    const [[value = null] = []] = await inReadOnlyTransaction(connection, () =>
      connection.rows(text),
    );
    return value === null ? null : String(value);
  }

  /**
   * Prepares one statement of the engine and asks the guard. `sql` is the client's text, for error messages.
   */
  private checkedQuery(
    session: Session,
    sql: string,
    source: EngineText,
    query: EngineStatement,
  ): Promise<Executable> {
    const { identity, connection } = session;
    const { guard, reading } = this.options;
    const { type } = query;
    const isAdmin = identity.role === 'admin';
    let text = source.now();
    return CheckedQuery.of(query, {
      prepare: () => {
        text = source.now();
        return this.prepareOne(session, sql, text);
      },
      ask: (asked) => guard.check({ identity, sql: text, type, connection, ...asked }),
      route: async (prepared) => {
        if (identity.role === 'readonly' && mayHaveEffect(prepared.type)) {
          return new ReadOnlyQuery(prepared, connection);
        }
        return isAdmin && reading !== null ? reading.route(session, prepared, text) : prepared;
      },
      tell: (failure) => guard.tell(failure, { identity, sql: text, connection }),
      changes: () => connection.names.count + source.changes(),
      distrustful: !isAdmin,
    });
  }

  /** Throws if the text must not even be bound. */
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

  /**
   * Prepares an admin's query in the engine of the records, for a table that was added there after the server
   * started. Throws the error for the client if that is not possible.
   */
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

/**
 * Returns undefined if the transaction has failed: the engine then accepts only its end, and answers no
 * query.
 */
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

/**
 * Whether the statement executes function calls. Of the statements that readonly may run, only these could
 * have an effect.
 */
function mayHaveEffect(type: StatementType): boolean {
  return /^(query|execute|explain)$/.test(statementKind(type));
}

async function described(executable: Executable): Promise<Prepared> {
  return { executable, schema: await executable.schema() };
}
