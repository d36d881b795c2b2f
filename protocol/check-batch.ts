import { DataType, Type } from 'apache-arrow';
import type { Data, Field, RecordBatch } from 'apache-arrow';
import type { ReadBudget } from './read-limits.js';
import { Malformed } from './malformed.js';

/** Parts of dictionaries that were checked. They come again with every batch. */
const checkedParts = new WeakSet<Data>();

/**
 * Checks that a record batch has all the bytes that its header claims, because Arrow reads missing bytes as
 * zeros. Throws a Malformed that names the column if it does not, or if it has more values than `limits`
 * allows.
 */
export function checkBatch(batch: RecordBatch, limits: ReadBudget): void {
  const { numRows, data, schema } = batch;
  const budget = new BatchBudget(limits);
  limits.spend(0, numRows * data.children.length);
  if (data.children.length === 0) {
    // A row without columns takes memory as well.
    budget.spend(numRows);
    budget.spendFree(numRows);
  }
  data.children.forEach((column, index) => {
    const path = schema.fields[index]?.name ?? '';
    mustHold(column.length, numRows, `column '${path}'`);
    check(column, path, budget);
  });
}

/** Counts the values of a batch, those inside lists and structs included. */
class BatchBudget {
  private values = 0;

  constructor(private readonly limits: ReadBudget) {}

  spend(values: number): void {
    this.values += values;
    this.limits.spend(values, this.values);
  }

  spendFree(values: number): void {
    this.limits.spendFree(values);
  }
}

/** Checks that a column has all the bytes and children that its values need. */
function check(data: Data, path: string, budget: BatchBudget): void {
  const { type, length } = data;
  budget.spend(length);
  if (takesNoBytes(type)) {
    budget.spendFree(length);
  }
  if (data.nullable && data.nullCount > 0 && !DataType.isUnion(type)) {
    mustHold(data.nullBitmap.byteLength * 8, length, `the validity of '${path}'`);
  }
  checkValues(data, path);
  checkChildren(data, path, budget);
  if (data.dictionary !== undefined) {
    for (const part of data.dictionary.data as readonly Data[]) {
      if (!checkedParts.has(part)) {
        check(part, `${path} (dictionary)`, budget);
        checkedParts.add(part);
      }
    }
  }
}

/** Whether values of the type have no bytes of their own, apart from those of their children. */
function takesNoBytes(type: DataType): boolean {
  return (
    DataType.isNull(type) ||
    DataType.isStruct(type) ||
    DataType.isFixedSizeList(type) ||
    (DataType.isFixedSizeBinary(type) && type.byteWidth === 0)
  );
}

function checkValues(data: Data, path: string): void {
  const { type, length, stride } = data;
  const held = (data.values as ArrayLike<unknown> | undefined)?.length ?? 0;
  switch (type.typeId) {
    case Type.Bool:
      mustHold(held * 8, length, `'${path}'`);
      break;
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Binary:
    case Type.LargeBinary:
      mustHold(held, lastOffset(data, path), `the bytes of '${path}'`);
      break;
    case Type.Int:
    case Type.Float:
    case Type.Decimal:
    case Type.Date:
    case Type.Time:
    case Type.Timestamp:
    case Type.Interval:
    case Type.Duration:
    case Type.FixedSizeBinary:
    case Type.Dictionary:
      mustHold(held, length * stride, `'${path}'`);
      break;
    default:
    // Other types have children, no values, or a layout that is not read here.
  }
}

function checkChildren(data: Data, path: string, budget: BatchBudget): void {
  const { type, length, stride } = data;
  const needed = (): number => {
    if (DataType.isDenseUnion(type)) {
      return 0;
    }
    switch (type.typeId) {
      case Type.List:
      case Type.LargeList:
      case Type.Map:
        return lastOffset(data, path);
      case Type.FixedSizeList:
        return length * stride;
      default:
        return length;
    }
  };
  if (DataType.isUnion(type)) {
    mustHold((data.typeIds as Int8Array).length, length, `the types of '${path}'`);
  }
  if (DataType.isDenseUnion(type)) {
    checkOffsets(data, path);
  }
  const fields = (type as { children?: readonly Field[] }).children ?? [];
  const wanted = fields.length > 0 ? needed() : 0;
  fields.forEach(({ name }, index) => {
    // Arrow creates no child for a column without values.
    const child = data.children[index];
    mustHold(child?.length ?? 0, wanted, `'${path}.${name}'`);
    if (child !== undefined) {
      check(child, `${path}.${name}`, budget);
    }
  });
}

/**
 * The end of the last value of a column of lists or texts. Checks that the offsets start at zero or later and
 * never decrease.
 */
function lastOffset(data: Data, path: string): number {
  const offsets = data.valueOffsets as ArrayLike<number | bigint> | undefined;
  if (data.length === 0) {
    return 0;
  }
  mustHold(offsets?.length ?? 0, data.length + 1, `the offsets of '${path}'`);
  let last = 0;
  for (let place = 0; place <= data.length; place++) {
    const offset = Number(offsets?.[place] ?? 0);
    if (offset < last) {
      throw new Malformed(`the offsets of '${path}' go back from ${last} to ${offset}`);
    }
    last = offset;
  }
  return last;
}

function checkOffsets(data: Data, path: string): void {
  const { length, children } = data;
  const typeIds = data.typeIds as Int8Array;
  const offsets = data.valueOffsets as ArrayLike<number>;
  const { typeIdToChildIndex } = data.type as unknown as {
    typeIdToChildIndex: Record<number, number>;
  };
  mustHold(offsets.length, length, `the offsets of '${path}'`);
  for (let place = 0; place < length; place++) {
    const child = children[typeIdToChildIndex[typeIds[place] ?? 0] ?? -1];
    const offset = offsets[place] ?? 0;
    if (child !== undefined && (offset < 0 || offset >= child.length)) {
      throw new Malformed(`'${path}' has no value ${offset} of type ${typeIds[place]}`);
    }
  }
}

function mustHold(held: number, wanted: number, what: string): void {
  if (held < wanted) {
    throw new Malformed(`${what} should hold ${wanted} and holds ${held}`);
  }
}
