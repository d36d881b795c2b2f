import { DataType, Field } from 'apache-arrow';
import { extensionOf } from '../extension-metadata.js';

/** The Arrow extension types that have a DuckDB type. */
export type ExtensionType = 'arrow.uuid' | 'arrow.bool8' | 'arrow.json' | 'geoarrow.wkb';

const uuidBytes = 16;

/** Whether a type is a valid storage type of the extension type. */
const isStored: Readonly<Record<ExtensionType, (type: DataType) => boolean>> = {
  'arrow.uuid': (type) => DataType.isFixedSizeBinary(type) && type.byteWidth === uuidBytes,
  'arrow.bool8': (type) => DataType.isInt(type) && type.isSigned && type.bitWidth === 8,
  'arrow.json': (type) =>
    DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type),
  'geoarrow.wkb': (type) =>
    DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isBinaryView(type),
};

/**
 * The extension type of a field. Undefined if it has none, an unknown one, or one with the wrong storage
 * type: such values are read as their storage type.
 */
export function extensionType(field: Field): ExtensionType | undefined {
  const name = extensionOf(field)?.name ?? '';
  return isExtensionType(name) && isStored[name](field.type as DataType) ? name : undefined;
}

function isExtensionType(name: string): name is ExtensionType {
  return Object.hasOwn(isStored, name);
}

/** The field of a dictionary's values. It has the extension type of the dictionary's field. */
export function dictionaryField(field: Field): Field {
  const { dictionary } = field.type as unknown as { readonly dictionary: DataType };
  return new Field(field.name, dictionary, true, field.metadata);
}
