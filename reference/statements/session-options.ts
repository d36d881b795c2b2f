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

/**
 * Sets the session's catalog and schema. The catalog is set first, whatever the order in the request. The
 * result has an error for each option that failed. The schema is looked up in the new catalog, or in the old
 * one if the new one does not exist.
 */
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

/**
 * Sets the option and returns whether it succeeded. A new catalog keeps the schema if it has one of that
 * name.
 */
async function use(session: Session, name: OptionName, value: string): Promise<boolean> {
  const { catalog, schema } = await current(session);
  return name === 'schema'
    ? enter(session, catalog, value)
    : (await enter(session, value, schema)) ||
        (await enter(session, value, 'main')) ||
        enterDefault(session, value);
}

async function enter(session: Session, catalog: string, schema: string): Promise<boolean> {
  return run(session, `USE ${quoteIdentifier(catalog)}.${quoteIdentifier(schema)}`);
}

/** Enters the catalog's default schema, such as `public` in PostgreSQL. */
async function enterDefault(session: Session, catalog: string): Promise<boolean> {
  const known = await session.lane.run(() => session.connection.rows(attached, [catalog]));
  // A bare name could also be a schema, so the catalog must exist.
  return known.length > 0 && run(session, `USE ${quoteIdentifier(catalog)}`);
}

const attached =
  'SELECT 1 FROM system.main.duckdb_databases()' +
  ' WHERE system.main.lower(database_name) = system.main.lower($1) AND NOT internal';

async function run(session: Session, sql: string): Promise<boolean> {
  try {
    await session.lane.run(() => session.connection.execute(sql));
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
