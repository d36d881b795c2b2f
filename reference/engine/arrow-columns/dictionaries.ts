import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import { dictionaryBatchHeader } from '../../../protocol/arrow-ipc.js';
import { deferFlightData } from '../../../protocol/flight-data.js';
import type { DictionaryIds } from '../arrow-schema.js';
import { LayoutPlanner } from './column-builder.js';

/** The encoded dictionary batches of the ENUMs in `type`, in the order in which the schema numbers them. */
export function dictionaries(type: DuckDBType, ids: DictionaryIds): Buffer[] {
  switch (type.typeId) {
    case DuckDBTypeId.ENUM:
      return [dictionaryFlightData(ids.take(), type.values)];
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return dictionaries(type.valueType, ids);
    case DuckDBTypeId.STRUCT:
      return type.entryTypes.flatMap((entry) => dictionaries(entry, ids));
    case DuckDBTypeId.UNION:
      return type.memberTypes.flatMap((member) => dictionaries(member, ids));
    case DuckDBTypeId.MAP:
      return [...dictionaries(type.keyType, ids), ...dictionaries(type.valueType, ids)];
    default:
      return [];
  }
}

function dictionaryFlightData(id: number, values: readonly string[]): Buffer {
  const strings = values.map((value) => Buffer.from(value));
  const offsets = Buffer.alloc((strings.length + 1) * 4);
  let end = 0;
  strings.forEach((value, i) => {
    end += value.length;
    offsets.writeInt32LE(end, (i + 1) * 4);
  });
  const planner = new LayoutPlanner();
  planner.node(strings.length, 0);
  planner.buffer(0, () => undefined);
  planner.buffer(offsets.length, (target) => {
    target.set(offsets);
  });
  planner.buffer(end, (target) => {
    target.set(Buffer.concat(strings));
  });
  const layout = planner.layout(strings.length);
  return deferFlightData(dictionaryBatchHeader(id, layout), layout.bodyLength, (body) => {
    planner.write(body);
  }).toBuffer();
}
