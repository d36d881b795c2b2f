import { Schema } from 'apache-arrow';
import type { QueryResult } from '../engine/prepared-query.js';
import { Failure } from '../errors.js';
import type { ScriptPart } from './several-statements.js';
import type { Executable } from './statement.js';

/** What a script needs from its session. */
export interface ScriptParts {
  /** Prepares a statement and asks the guard. Throws the reason if it cannot or may not run. */
  readonly prepare: (sql: string) => Promise<Executable>;
  /** Like `prepare`, for a statement that the engine expands to several. */
  readonly expand: (sql: string) => Promise<Executable>;
  /** Whether all statements must be allowed before the first runs; for roles that may not write. */
  readonly allBeforeFirst: boolean;
}

/**
 * Several statements in one text, executed in order; the result is that of the last. Each is prepared and
 * checked after its predecessors have run, because it may need what they create. Errors that can be known
 * earlier are reported before the first runs. A failure stops the script; the effects of earlier statements
 * stay, as if sent one by one.
 */
export class StatementScript implements Executable {
  readonly type = null;
  readonly parameterCount = 0;
  private last: Executable | null = null;

  private constructor(
    private readonly parts: readonly ScriptPart[],
    private readonly session: ScriptParts,
  ) {}

  /** Throws if a statement cannot or may not run, as far as that is known before the first runs. */
  static async of(parts: readonly ScriptPart[], session: ScriptParts): Promise<StatementScript> {
    const script = new StatementScript(parts, session);
    for (const [i, part] of parts.entries()) {
      const prepared = await script.prepare(part).catch((error: unknown) => {
        // A later statement may need what an earlier one creates, so only refusals are final.
        if (i === 0 || session.allBeforeFirst || isRefusal(error)) {
          throw error;
        }
      });
      const parameters = prepared?.parameterCount ?? 0;
      prepared?.close();
      if (parameters > 0) {
        throw new Failure(
          'invalid-argument',
          'A text of several statements cannot have parameters: send the one that has them by itself',
        );
      }
    }
    return script;
  }

  /** Unknown until the earlier statements have run. */
  schema(): Promise<Schema | null> {
    return Promise.resolve(null);
  }

  parameterSchema(): Schema {
    return new Schema([]);
  }

  stream(): Promise<QueryResult> {
    return this.run((last) => last.stream());
  }

  update(): Promise<number> {
    return this.run((last) => last.update());
  }

  close(): void {
    this.last?.close();
    this.last = null;
  }

  private async run<T>(answer: (last: Executable) => Promise<T>): Promise<T> {
    this.close();
    for (const part of this.parts.slice(0, -1)) {
      const prepared = await this.prepare(part);
      try {
        await prepared.update();
      } finally {
        prepared.close();
      }
    }
    const [part] = this.parts.slice(-1);
    if (part === undefined) {
      throw new RangeError('a text of several statements has none');
    }
    this.last = await this.prepare(part);
    return answer(this.last);
  }

  private prepare({ sql, count }: ScriptPart): Promise<Executable> {
    return count === 1 ? this.session.prepare(sql) : this.session.expand(sql);
  }
}

/** Whether the error is a decision against the statement, and not only a name that does not exist yet. */
function isRefusal(error: unknown): boolean {
  return error instanceof Failure && error.kind !== 'invalid-argument';
}
