/** Something that the suite made and that must not outlive it. */
export type Leftover =
  /** A program and whatever it started, by the id of the group's leader. */
  | { readonly kind: 'processes'; readonly id: number }
  /** A container, by its name. */
  | { readonly kind: 'container'; readonly id: string }
  | { readonly kind: 'folder'; readonly id: string };

/** Kills and removes all of them. Synchronous: it is called when a process ends. */
export function removeLeftovers(leftovers: readonly Leftover[]): void;
