import { quoteIdentifier } from './identifiers.js';

/** Where a table or a view is, as the engine spells it. */
export interface RelationPath {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
}

/** The path as SQL text. */
export function pathText({ catalog, schema, name }: RelationPath): string {
  return [catalog, schema, name].map(quoteIdentifier).join('.');
}

/** The same text for two paths that are the same to the engine, which ignores the case of ASCII letters. */
export function pathKey(path: RelationPath): string {
  return pathText(path).toLowerCase();
}

/** Whether two names are the same to the engine. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
