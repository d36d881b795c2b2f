import { Schema } from 'apache-arrow';
import type { QueryResult } from '../engine/prepared-query.js';
import { Failure } from '../errors.js';
import type { ScriptPart } from './several-statements.js';
import type { Executable } from './statement.js';

/** What a text of several statements needs of its session. */
export interface ScriptParts {
  /** Prepares a statement that the guard lets through. Throws why it cannot or may not run. */
  readonly prepare: (sql: string) => Promise<Executable>;
  /** The same for one that the engine makes several of. */
  readonly expand: (sql: string) => Promise<Executable>;
  /** Whether all must be allowed before the first runs: for roles that may not write. */
  readonly allBeforeFirst: boolean;
}

/**
 * Several statements in one text, executed in their order; the answer is the last one's. Each is
 * prepared, and the guard asked, when those before it have run, since it may need what they make.
 * What can be said before the first runs is said then. One that fails ends the text; what those
 * before it did stays, as it does for a client that sends them one by one.
 */
export class StatementScript implements Executable {
  readonly type = null;
  readonly parameterCount = 0;
  private last: Executable | null = null;

  private constructor(
    private readonly parts: readonly ScriptPart[],
    private readonly session: ScriptParts,
  ) {}

  /** Throws why a statement cannot or may not run, as far as that can be known before any has. */
  static async of(parts: readonly ScriptPart[], session: ScriptParts): Promise<StatementScript> {
    const script = new StatementScript(parts, session);
    for (const [i, part] of parts.entries()) {
      const prepared = await script.prepare(part).catch((error: unknown) => {
        // A later one may need what an earlier one makes; but what is refused now stays refused.
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

  /** The last statement's schema is known only when those before it have run. */
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

/** Whether somebody decided against it, rather than the engine not knowing what it means yet. */
function isRefusal(error: unknown): boolean {
  return error instanceof Failure && error.kind !== 'invalid-argument';
}
