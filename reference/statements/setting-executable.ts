import { Field, Schema, Utf8 } from 'apache-arrow';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { Failure } from '../errors.js';
import type { Session } from '../sessions/session.js';
import { settingAnswer } from './gizmosql-settings.js';
import type { GizmosqlSettings } from './gizmosql-settings.js';
import { serverCommand } from './server-command.js';
import type { SettingStatement } from './setting-statement.js';
import type { Executable } from './statement.js';

/** What a change of a setting needs. */
export interface SettingParts {
  readonly session: Session;
  readonly settings: GizmosqlSettings;
  readonly parameterCount: number;
  /** The value of an expression as text; null for NULL. */
  readonly evaluate: (expression: string) => Promise<string | null>;
}

/** A value that is one parameter. */
const parameter = /^(\?\d*|\$\s*\w+)$/;

/**
 * A change of one of the server's own settings as an Executable. It returns the same result as the engine's
 * SET. A value that is known when it is prepared is checked then. Throws the Failure that says why the
 * session cannot make the change.
 */
export async function settingExecutable(
  { global, name, value }: SettingStatement,
  { session, settings, parameterCount, evaluate }: SettingParts,
): Promise<Executable> {
  settings.permitted(session, { global, name });
  const valueOf = async (row?: ParameterRow): Promise<string | null> => {
    switch (value.kind) {
      case 'default':
        return null;
      case 'text':
        return value.text;
      case 'expression': {
        const found = parameterCount > 0 ? textOf(row?.values[0]) : await evaluate(value.sql);
        if (found === null) {
          throw new Failure(
            'invalid-argument',
            `gizmosql.${name} cannot be NULL: RESET gizmosql.${name} restores its default`,
          );
        }
        return found;
      }
    }
  };
  if (parameterCount === 0) {
    await settings.check(session, { global, name, value: await valueOf() });
  } else if (value.kind !== 'expression' || !parameter.test(value.sql)) {
    throw new Failure(
      'invalid-argument',
      `A parameter of SET gizmosql.${name} must be its whole value: SET gizmosql.${name} = ?`,
    );
  }
  const fields = Array.from({ length: parameterCount }, () => new Field('1', new Utf8(), true));
  return serverCommand(
    settingAnswer,
    [[]],
    async (row) => settings.apply(session, { global, name, value: await valueOf(row) }),
    new Schema(fields),
  );
}

function textOf(value: ParameterRow['values'][number] | undefined): string | null {
  return value === undefined || value === null ? null : String(value);
}
