import type { MessageInitShape } from '@bufbuild/protobuf';
import { packCommand } from '../../protocol/command.js';
import {
  CommandGetCatalogsSchema,
  CommandGetCrossReferenceSchema,
  CommandGetDbSchemasSchema,
  CommandGetExportedKeysSchema,
  CommandGetImportedKeysSchema,
  CommandGetPrimaryKeysSchema,
  CommandGetSqlInfoSchema,
  CommandGetTableTypesSchema,
  CommandGetTablesSchema,
  CommandGetXdbcTypeInfoSchema,
} from '../../protocol/gen/flight_sql_pb.js';

/** The metadata commands of Flight SQL, packed: one function for each. */
export const metadataCommands = {
  catalogs: () => packCommand(CommandGetCatalogsSchema, {}),
  dbSchemas: (filter: MessageInitShape<typeof CommandGetDbSchemasSchema> = {}) =>
    packCommand(CommandGetDbSchemasSchema, filter),
  tables: (filter: MessageInitShape<typeof CommandGetTablesSchema> = {}) =>
    packCommand(CommandGetTablesSchema, filter),
  tableTypes: () => packCommand(CommandGetTableTypesSchema, {}),
  primaryKeys: (of: MessageInitShape<typeof CommandGetPrimaryKeysSchema>) =>
    packCommand(CommandGetPrimaryKeysSchema, of),
  importedKeys: (of: MessageInitShape<typeof CommandGetImportedKeysSchema>) =>
    packCommand(CommandGetImportedKeysSchema, of),
  exportedKeys: (of: MessageInitShape<typeof CommandGetExportedKeysSchema>) =>
    packCommand(CommandGetExportedKeysSchema, of),
  crossReference: (of: MessageInitShape<typeof CommandGetCrossReferenceSchema>) =>
    packCommand(CommandGetCrossReferenceSchema, of),
  sqlInfo: (info: number[] = []) => packCommand(CommandGetSqlInfoSchema, { info }),
  xdbcTypeInfo: (dataType?: number) =>
    packCommand(CommandGetXdbcTypeInfoSchema, dataType === undefined ? {} : { dataType }),
};
