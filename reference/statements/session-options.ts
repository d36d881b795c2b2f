import { create } from '@bufbuild/protobuf';
import {
  GetSessionOptionsResultSchema,
  SetSessionOptionsResultSchema,
  SetSessionOptionsResult_ErrorValue as ErrorValue,
} from '../../protocol/gen/flight_pb.js';
import type {
  GetSessionOptionsResult,
  SetSessionOptionsRequest,
  SetSessionOptionsResult,
} from '../../protocol/gen/flight_pb.js';
import { quoteIdentifier } from '../engine/identifiers.js';
import type { Session } from '../sessions/session.js';

const optionNames = ['catalog', 'schema'] as const;
type OptionName = (typeof optionNames)[number];

/** Sets the session's catalog and schema, the catalog first; says of each what was wrong with it. */
export async function setSessionOptions(
  session: Session,
  { sessionOptions }: SetSessionOptionsRequest,
): Promise<SetSessionOptionsResult> {
  const errors: Record<string, { value: ErrorValue }> = {};
  for (const name of Object.keys(sessionOptions)) {
    if (!optionNames.some((option) => option === name)) {
      errors[name] = { value: ErrorValue.INVALID_NAME };
    }
  }
  for (const name of optionNames) {
    const option = sessionOptions[name]?.optionValue;
    if (option) {
      const used = option.case === 'stringValue' && (await use(session, name, option.value));
      if (!used) {
        errors[name] = { value: ErrorValue.INVALID_VALUE };
      }
    }
  }
  return create(SetSessionOptionsResultSchema, { errors });
}

/** The session's catalog and schema. */
export async function getSessionOptions(session: Session): Promise<GetSessionOptionsResult> {
  const { catalog, schema } = await current(session);
  return create(GetSessionOptionsResultSchema, {
    sessionOptions: {
      catalog: { optionValue: { case: 'stringValue', value: catalog } },
      schema: { optionValue: { case: 'stringValue', value: schema } },
    },
  });
}

async function use(session: Session, name: OptionName, value: string): Promise<boolean> {
  const { catalog } = await current(session);
  const target =
    name === 'catalog'
      ? `${quoteIdentifier(value)}.main`
      : `${quoteIdentifier(catalog)}.${quoteIdentifier(value)}`;
  try {
    await session.lane.run(() => session.connection.execute(`USE ${target}`));
    session.connection.names.note();
    return true;
  } catch {
    return false;
  }
}

async function current(session: Session): Promise<{ catalog: string; schema: string }> {
  const sql = 'SELECT system.main.current_database(), system.main.current_schema()';
  const [[catalog, schema] = []] = await session.lane.run(() => session.connection.rows(sql));
  return { catalog: String(catalog), schema: String(schema) };
}
