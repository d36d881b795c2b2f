import { DataType, Field } from 'apache-arrow';
import { extensionOf } from '../extension-metadata.js';

/** Arrow's extension types that the engine has types of its own for. */
export type ExtensionType = 'arrow.uuid' | 'arrow.bool8' | 'arrow.json' | 'geoarrow.wkb';

const uuidBytes = 16;

/** How values of each are stored, where they are what they say. */
const isStored: Readonly<Record<ExtensionType, (type: DataType) => boolean>> = {
  'arrow.uuid': (type) => DataType.isFixedSizeBinary(type) && type.byteWidth === uuidBytes,
  'arrow.bool8': (type) => DataType.isInt(type) && type.isSigned && type.bitWidth === 8,
  'arrow.json': (type) =>
    DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type),
  'geoarrow.wkb': (type) =>
    DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isBinaryView(type),
};

/**
 * The extension type of a field's values; undefined when it has none that is
 * known or they are stored as something else: then they are what they are stored as.
 */
export function extensionType(field: Field): ExtensionType | undefined {
  const name = extensionOf(field)?.name ?? '';
  return isExtensionType(name) && isStored[name](field.type as DataType) ? name : undefined;
}

function isExtensionType(name: string): name is ExtensionType {
  return Object.hasOwn(isStored, name);
}

/** The field of a dictionary's values, which are of the extension type that the field says. */
export function dictionaryField(field: Field): Field {
  const { dictionary } = field.type as unknown as { readonly dictionary: DataType };
  return new Field(field.name, dictionary, true, field.metadata);
}
