import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { Command } from '../../protocol/command.js';
import {
  CommandGetCatalogsSchema,
  CommandGetCrossReferenceSchema,
  CommandGetDbSchemasSchema,
  CommandGetExportedKeysSchema,
  CommandGetImportedKeysSchema,
  CommandGetPrimaryKeysSchema,
  CommandGetTablesSchema,
  CommandGetTableTypesSchema,
} from '../../protocol/gen/flight_sql_pb.js';
import type { Session } from '../sessions/session.js';
import { metadataAnswer } from '../statements/metadata-answer.js';
import { catalogs } from '../statements/metadata/catalogs.js';
import { crossReference } from '../statements/metadata/cross-reference.js';
import { dbSchemas } from '../statements/metadata/db-schemas.js';
import { exportedKeys } from '../statements/metadata/exported-keys.js';
import { importedKeys } from '../statements/metadata/imported-keys.js';
import type { MetadataQuery } from '../statements/metadata/metadata-query.js';
import { primaryKeys } from '../statements/metadata/primary-keys.js';
import { tableTypes } from '../statements/metadata/table-types.js';
import { tables } from '../statements/metadata/tables.js';
import type { RunningQuery } from '../statements/statement-executor.js';
import type { StatementService } from '../statements/statement-service.js';
import { queryOnce } from './query-once.js';

/** The conversions of metadata commands to SQL. */
const questions: readonly ((command: Command) => MetadataQuery | undefined)[] = [
  ask(CommandGetCatalogsSchema, catalogs),
  ask(CommandGetDbSchemasSchema, dbSchemas),
  ask(CommandGetTablesSchema, tables),
  ask(CommandGetTableTypesSchema, tableTypes),
  ask(CommandGetPrimaryKeysSchema, primaryKeys),
  ask(CommandGetImportedKeysSchema, importedKeys),
  ask(CommandGetExportedKeysSchema, exportedKeys),
  ask(CommandGetCrossReferenceSchema, crossReference),
];

function ask<D extends DescMessage>(
  schema: D,
  question: (message: MessageShape<D>) => MetadataQuery,
) {
  return (command: Command): MetadataQuery | undefined => {
    const message = command.as(schema);
    return message && question(message);
  };
}

/** The SQL query of a metadata command; undefined for other commands. */
export function metadataQuery(command: Command): MetadataQuery | undefined {
  for (const question of questions) {
    const query = question(command);
    if (query) {
      return query;
    }
  }
  return undefined;
}

/** Runs the query as an internal statement, which is recorded. */
export async function answerMetadata(
  statements: StatementService,
  session: Session,
  query: MetadataQuery,
  handle: string,
): Promise<RunningQuery> {
  const statement = await statements.prepareInternal(session, query.sql, query.flightMethod, {
    wrap: (prepared) => metadataAnswer(prepared, session, query),
  });
  return queryOnce(statements, statement, handle, query.schema);
}
