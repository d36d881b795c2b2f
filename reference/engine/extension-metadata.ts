const nameKey = 'ARROW:extension:name';
const metadataKey = 'ARROW:extension:metadata';

/** A field's metadata that makes it one of the Arrow extension type `name`. */
export function extensionMetadata(name: string, metadata: string): Map<string, string> {
  return new Map([
    [nameKey, name],
    [metadataKey, metadata],
  ]);
}

/** The extension type of a field: its name and its metadata; undefined when it has none. */
export function extensionOf({
  metadata,
}: {
  readonly metadata: ReadonlyMap<string, string>;
}): { readonly name: string; readonly metadata: string } | undefined {
  const name = metadata.get(nameKey);
  return name === undefined ? undefined : { name, metadata: metadata.get(metadataKey) ?? '' };
}
