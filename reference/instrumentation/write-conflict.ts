import { engineMessage } from '../engine/engine-error.js';

/**
 * Whether a transaction failed only because another one was quicker: tried
 * again, it can succeed. DuckLake commits optimistically, so among servers that
 * share a catalog this is nothing unusual.
 */
export function isWriteConflict(error: unknown): boolean {
  return /transaction conflict|write-write conflict|conflict on (update|tuple)|could not serialize access|deadlock detected|duplicate key value violates unique constraint "?(pg_|ducklake_)/i.test(
    engineMessage(error),
  );
}
