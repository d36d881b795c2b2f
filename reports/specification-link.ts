import type { SuiteIdentity } from './model.js';

/** Where the specification states a requirement: its heading, and the address if the report has one. */
export interface SpecificationLink {
  readonly heading: string;
  readonly url?: string;
}

/**
 * The place of a heading in the specification's text, with the anchor that GitHub gives it: small letters,
 * hyphens for spaces, no other punctuation.
 */
export function specificationLink(
  { document }: Pick<SuiteIdentity, 'document'>,
  heading: string,
): SpecificationLink {
  const anchor = heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
  return document === undefined ? { heading } : { heading, url: `${document}#${anchor}` };
}
