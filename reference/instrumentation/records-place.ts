/** The place where sessions see the records. */
export interface RecordsPlace {
  /** The catalog, as the engine spells it. */
  readonly catalog: string;
  readonly schema: string;
}
