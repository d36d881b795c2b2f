import { DataType } from 'apache-arrow';
import type { Field, Schema } from 'apache-arrow';
import { Failure } from '../../errors.js';
import type { Connection } from '../connection.js';
import { extensionOf } from '../extension-metadata.js';
import { quoteIdentifier, quoteLiteral } from '../identifiers.js';
import { mapFields } from './duckdb-type.js';
import { dictionaryField, extensionType } from './extension-type.js';

/**
 * The SELECT expressions for columns with geometries, also in lists, structs and maps: one `expression AS
 * column` per column. Geometries in unions, arrays and map keys remain BLOBs. Throws a Failure for geometries
 * on a sphere.
 */
export async function geometryColumns(schema: Schema, connection: Connection): Promise<string[]> {
  const systems = new Map<string, string>();
  for (const name of new Set(schema.fields.flatMap(coordinateSystems))) {
    systems.set(name, await typeWith(name, connection));
  }
  return schema.fields.flatMap((field) => {
    const column = quoteIdentifier(field.name);
    const expression = converted(field, column, systems);
    return expression === undefined ? [] : [`${expression} AS ${column}`];
  });
}

/** SQL that converts the BLOBs in the value of `sql` to geometries; undefined if there are none. */
function converted(
  field: Field,
  sql: string,
  systems: ReadonlyMap<string, string>,
  depth = 0,
): string | undefined {
  const type = field.type as DataType;
  if (DataType.isDictionary(type)) {
    return converted(dictionaryField(field), sql, systems, depth);
  }
  if (extensionType(field) === 'geoarrow.wkb') {
    const geometry = `system.main.st_geomfromwkb(${sql})`;
    return `${geometry}::${systems.get(coordinateSystem(field)) ?? 'GEOMETRY'}`;
  }
  if (DataType.isList(type) || DataType.isLargeList(type)) {
    const item = `gizmosql_item_${depth}`;
    const [child] = type.children;
    const inner = child && converted(child, item, systems, depth + 1);
    return inner && `system.main.list_transform(${sql}, lambda ${item}: ${inner})`;
  }
  if (DataType.isStruct(type)) {
    return convertedMembers(type.children, sql, systems, depth);
  }
  if (DataType.isMap(type)) {
    const item = `gizmosql_item_${depth}`;
    const [, value] = mapFields(type);
    const inner = converted(value, `${item}.value`, systems, depth + 1);
    return (
      inner &&
      `system.main.map_from_entries(system.main.list_transform(system.main.map_entries(${sql}), ` +
        `lambda ${item}: {'key': ${item}.key, 'value': ${inner}}))`
    );
  }
  return undefined;
}

function convertedMembers(
  members: readonly Field[],
  sql: string,
  systems: ReadonlyMap<string, string>,
  depth: number,
): string | undefined {
  const parts = members.map((member) => {
    const name = quoteIdentifier(member.name);
    const value = `${sql}.${name}`;
    return { name, value, inner: converted(member, value, systems, depth) };
  });
  if (parts.every(({ inner }) => inner === undefined)) {
    return undefined;
  }
  const packed = parts.map(({ name, value, inner }) => `${name} := ${inner ?? value}`);
  return `CASE WHEN ${sql} IS NULL THEN NULL ELSE system.main.struct_pack(${packed.join(', ')}) END`;
}

function coordinateSystems(field: Field): string[] {
  const type = field.type as DataType;
  if (DataType.isDictionary(type)) {
    return coordinateSystems(dictionaryField(field));
  }
  const own = extensionType(field) === 'geoarrow.wkb' ? [coordinateSystem(field)] : [];
  const children = (type.children as Field[] | null) ?? [];
  return [...own, ...children.flatMap(coordinateSystems)];
}

/** A field's coordinate system from its metadata: a name or PROJJSON; empty for none. */
function coordinateSystem(field: Field): string {
  const { crs, edges } = metadataOf(field);
  if (edges !== undefined && edges !== null && edges !== 'planar') {
    throw new Failure(
      'invalid-argument',
      `the geometries of '${field.name}' have the edges ${JSON.stringify(edges)}: the engine has planar ones only`,
    );
  }
  if (typeof crs === 'string') {
    return crs;
  }
  return crs === undefined || crs === null ? '' : JSON.stringify(crs);
}

function metadataOf(field: Field): { readonly crs?: unknown; readonly edges?: unknown } {
  const text = extensionOf(field)?.metadata ?? '';
  try {
    return text === '' ? {} : ((JSON.parse(text) ?? {}) as object);
  } catch (cause) {
    throw new Failure(
      'invalid-argument',
      `the metadata of the geometries of '${field.name}' is no JSON`,
      { cause },
    );
  }
}

/** The GEOMETRY type for a coordinate system; plain GEOMETRY if the engine does not know the system. */
async function typeWith(crs: string, connection: Connection): Promise<string> {
  if (crs === '') {
    return 'GEOMETRY';
  }
  const type = `GEOMETRY(${quoteLiteral(crs)})`;
  try {
    (await connection.prepare(`SELECT NULL::${type}`)).close();
    return type;
  } catch {
    return 'GEOMETRY';
  }
}
