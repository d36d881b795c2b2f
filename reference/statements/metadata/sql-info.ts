import {
  Bool,
  DenseUnion,
  Field,
  Int32,
  Int64,
  List,
  Map_,
  Schema,
  Struct,
  Uint32,
  Utf8,
  makeData,
} from 'apache-arrow';
import type { DataType, Table } from 'apache-arrow';
import { firstOwnId, sqlInfoValues } from './sql-info-values.js';
import type { SqlInfoFacts, SqlInfoValue } from './sql-info-values.js';
import { columnData, tableOfData } from './table-of.js';

const int32List = new List(new Field('item', new Int32(), true));
const int32ToInt32List = new Map_(
  new Field(
    'entries',
    new Struct<{ key: Int32; value: List<Int32> }>([
      new Field('key', new Int32(), false),
      new Field('value', int32List, true),
    ]),
    false,
  ),
);

/** The union members, ordered by type id, and the values that each holds. */
const members: readonly {
  readonly name: string;
  readonly type: DataType;
  readonly holds: (value: SqlInfoValue) => boolean;
}[] = [
  { name: 'string_value', type: new Utf8(), holds: (value) => typeof value === 'string' },
  { name: 'bool_value', type: new Bool(), holds: (value) => typeof value === 'boolean' },
  { name: 'bigint_value', type: new Int64(), holds: (value) => typeof value === 'bigint' },
  { name: 'int32_bitmask', type: new Int32(), holds: (value) => typeof value === 'number' },
  {
    name: 'string_list',
    type: new List(new Field('item', new Utf8(), true)),
    holds: Array.isArray,
  },
  {
    name: 'int32_to_int32_list_map',
    type: int32ToInt32List,
    holds: (value) => value instanceof Map,
  },
];

const unionType = new DenseUnion(
  members.map((_, typeId) => typeId),
  members.map((member) => new Field(member.name, member.type, true)),
);

/** The schema of GetSqlInfo. */
export const sqlInfoSchema = new Schema([
  new Field('info_name', new Uint32(), false),
  new Field('value', unionType, false),
]);

/**
 * GetSqlInfo: one row per id, in the order requested. An empty list requests all standard ids. GizmoSQL's ids
 * must be requested by number, because the JDBC driver throws at an id that it does not know. Unknown ids
 * have no row.
 */
export function sqlInfoTable(ids: readonly number[], facts: SqlInfoFacts): Table {
  const known = sqlInfoValues(facts);
  const standard = [...known.keys()].filter((id) => id < firstOwnId);
  const wanted = ids.length === 0 ? standard : [...new Set(ids)];
  const names: number[] = [];
  const typeIds: number[] = [];
  const offsets: number[] = [];
  const columns = members.map((): SqlInfoValue[] => []);
  for (const id of wanted) {
    const value = known.get(id);
    const typeId = value === undefined ? -1 : members.findIndex((member) => member.holds(value));
    const column = columns[typeId];
    if (value !== undefined && column !== undefined) {
      names.push(id);
      typeIds.push(typeId);
      offsets.push(column.length);
      column.push(value);
    }
  }
  const values = makeData({
    type: unionType,
    length: names.length,
    nullCount: 0,
    typeIds: Int8Array.from(typeIds),
    valueOffsets: Int32Array.from(offsets),
    children: members.map((member, i) => columnData(member.type, columns[i] ?? [])),
  });
  return tableOfData(sqlInfoSchema, [columnData(new Uint32(), names), values], names.length);
}
