import { quoteIdentifier } from './identifiers.js';

/** The path of a table or view, as the engine spells it. */
export interface RelationPath {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
}

export function pathText({ catalog, schema, name }: RelationPath): string {
  return [catalog, schema, name].map(quoteIdentifier).join('.');
}

/** The same text for all paths that are equal to the engine, which ignores the case of ASCII letters. */
export function pathKey(path: RelationPath): string {
  return pathText(path).toLowerCase();
}

/** Whether two names are equal to the engine. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
