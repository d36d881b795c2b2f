import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import { memberTypes } from './member-types.js';

/** What Arrow types say besides what DuckDB's types do. */
export interface SchemaSettings {
  /** The session's, for TIMESTAMP WITH TIME ZONE. */
  readonly timeZone: string;
  /** The definitions, as PROJJSON, of the coordinate systems that GEOMETRY types name. */
  readonly coordinateSystems: ReadonlyMap<string, string>;
}

/** A connection that can be asked for them, while no result is open on it. */
export interface SettingsSource {
  timeZone(): Promise<string>;
  /** The PROJJSON of the coordinate systems of these names, and of OGC's, as far as the engine knows them. */
  coordinateSystems(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** For types that are neither times with a zone nor geometries. */
export const noSettings: SchemaSettings = { timeZone: 'UTC', coordinateSystems: new Map() };

/**
 * The settings for columns of these types, asked on `connection`, where no result may be open then.
 * Null: the types are not known yet. Whatever they turn out to be, they do not name a coordinate
 * system of any authority but OGC, unless an extension brings others: those are left out then.
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

/** The name of a geometry's coordinate system; undefined when the type has its definition or none. */
function nameOfSystem(type: DuckDBType): string | undefined {
  const crs = type.typeId === DuckDBTypeId.GEOMETRY ? type.crs : undefined;
  return crs === undefined || isDefinition(crs) ? undefined : crs;
}

/** Whether a coordinate system is told by PROJJSON, not by a name. */
export function isDefinition(crs: string): boolean {
  return crs.startsWith('{');
}
