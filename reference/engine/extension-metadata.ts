const nameKey = 'ARROW:extension:name';
const metadataKey = 'ARROW:extension:metadata';

/** The metadata that makes a field one of the Arrow extension type `name`. */
export function extensionMetadata(name: string, metadata: string): Map<string, string> {
  return new Map([
    [nameKey, name],
    [metadataKey, metadata],
  ]);
}

/** The name and metadata of a field's extension type; undefined if it has none. */
export function extensionOf({
  metadata,
}: {
  readonly metadata: ReadonlyMap<string, string>;
}): { readonly name: string; readonly metadata: string } | undefined {
  const name = metadata.get(nameKey);
  return name === undefined ? undefined : { name, metadata: metadata.get(metadataKey) ?? '' };
}
