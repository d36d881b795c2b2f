/** Something that the suite created and must remove before it ends. */
export type Leftover =
  /** A program and its children, by the id of their process group. */
  | { readonly kind: 'processes'; readonly id: number }
  /** A container, by its name. */
  | { readonly kind: 'container'; readonly id: string }
  | { readonly kind: 'folder'; readonly id: string };

/** That there is such a thing, or no longer. */
export interface Notice {
  readonly leftover: Leftover;
  readonly gone: boolean;
}

/** Adds the leftover to those in `left`, or takes it out. */
export function keep(left: Map<string, Leftover>, notice: Notice): void;

/** Kills and removes all of them. Must be synchronous, because the process is ending. */
export function removeLeftovers(leftovers: readonly Leftover[]): void;
