import { isColumnType } from '../client/parameters.js';
import type { CellValue, ColumnType, TypedRows } from '../client/parameters.js';

/**
 * Parses a scenario's table of parameters: a heading of SQL types, and rows of values as in SQL: NULL, true,
 * 42, 'text', x'00ff', 2026-01-31. Throws an Error for any other value.
 */
export function typedRows(table: readonly (readonly string[])[]): TypedRows {
  const [heading = [], ...rows] = table;
  const types = heading.map((name) => {
    if (!isColumnType(name)) {
      throw new Error(`'${name}' is no type that a parameter can have`);
    }
    return name;
  });
  return {
    columns: types.map((type, place) => ({ name: `parameter_${place + 1}`, type })),
    rows: rows.map((row) => row.map((cell, place) => cellValue(cell, types[place] ?? 'VARCHAR'))),
  };
}

function cellValue(cell: string, type: ColumnType): CellValue {
  if (cell === 'NULL') {
    return null;
  }
  switch (type) {
    case 'BOOLEAN':
      return cell === 'true';
    case 'BIGINT':
    case 'UBIGINT':
      return BigInt(cell);
    case 'VARCHAR':
      return quoted(cell).replaceAll("''", "'");
    case 'BLOB':
      return Buffer.from(quoted(cell.replace(/^x/, '')), 'hex');
    case 'DATE':
    case 'TIMESTAMP':
      return new Date(`${cell}Z`);
    default:
      return Number(cell);
  }
}

function quoted(cell: string): string {
  const inner = /^'(.*)'$/s.exec(cell)?.[1];
  if (inner === undefined) {
    throw new Error(`${cell} should be in single quotes`);
  }
  return inner;
}
