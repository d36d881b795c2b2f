import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBEnumType, DuckDBType } from '@duckdb/node-api';
import { dictionaryBatchHeader } from '../../../protocol/arrow-ipc.js';
import { deferFlightData } from '../../../protocol/flight-data.js';
import type { DictionaryIds } from '../dictionary-ids.js';
import { memberTypes } from '../member-types.js';
import { mostMessageBytes } from '../message-size.js';
import { LayoutPlanner } from './column-builder.js';

/** An upper bound for the bytes of a dictionary message besides its values and offsets. */
const headerBytes = 1024;

/**
 * Whether an ENUM's values fit in one dictionary message. If not, the result has text instead: some clients
 * refuse a dictionary that is split into several messages, and some keep only the last one.
 */
export function isDictionary({ values }: DuckDBEnumType): boolean {
  let bytes = headerBytes;
  for (const value of values) {
    bytes += 4 + Buffer.byteLength(value);
  }
  return bytes <= mostMessageBytes;
}

/** The encoded dictionary batches of the ENUMs in `type`, in the order in which the schema numbers them. */
export function dictionaries(type: DuckDBType, ids: DictionaryIds): Buffer[] {
  if (type.typeId === DuckDBTypeId.ENUM) {
    return isDictionary(type) ? [dictionaryFlightData(ids.take(), type.values)] : [];
  }
  return memberTypes(type).flatMap((member) => dictionaries(member, ids));
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
