import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import { memberTypes } from './member-types.js';

/** The parts of Arrow types that DuckDB's types do not include. */
export interface SchemaSettings {
  /** The session's time zone, for TIMESTAMP WITH TIME ZONE. */
  readonly timeZone: string;
  /** The PROJJSON definitions of the coordinate systems that GEOMETRY types name. */
  readonly coordinateSystems: ReadonlyMap<string, string>;
}

/** A connection from which the settings are read. No result may be open on it meanwhile. */
export interface SettingsSource {
  timeZone(): Promise<string>;
  /** The PROJJSON of the named coordinate systems and of OGC's, if the engine knows them. */
  coordinateSystems(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** For types other than times with a zone and geometries. */
export const noSettings: SchemaSettings = { timeZone: 'UTC', coordinateSystems: new Map() };

/**
 * The settings for columns of these types, read on `connection`; no result may be open on it. With null, the
 * types are not known yet: then only OGC's coordinate systems are read, and those of other authorities, which
 * need an extension, are omitted.
 */
export async function schemaSettings(
  connection: SettingsSource,
  types: readonly DuckDBType[] | null,
): Promise<SchemaSettings> {
  const all = types?.flatMap(withMembers);
  const zoned = all?.some(({ typeId }) => typeId === DuckDBTypeId.TIMESTAMP_TZ) ?? true;
  const names = all?.flatMap((type) => nameOfSystem(type) ?? []);
  return {
    timeZone: zoned ? await connection.timeZone() : noSettings.timeZone,
    coordinateSystems:
      names?.length === 0
        ? noSettings.coordinateSystems
        : await connection.coordinateSystems([...new Set(names)]),
  };
}

function withMembers(type: DuckDBType): DuckDBType[] {
  return [type, ...memberTypes(type).flatMap(withMembers)];
}

/** The name of a geometry's coordinate system; undefined if the type has a definition or none. */
function nameOfSystem(type: DuckDBType): string | undefined {
  const crs = type.typeId === DuckDBTypeId.GEOMETRY ? type.crs : undefined;
  return crs === undefined || isDefinition(crs) ? undefined : crs;
}

/** Whether a coordinate system is given as PROJJSON, not as a name. */
export function isDefinition(crs: string): boolean {
  return crs.startsWith('{');
}
