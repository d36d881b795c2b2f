import { engineMessage } from '../engine/engine-error.js';

/**
 * Whether a transaction failed only because another one committed first, so that a retry can succeed.
 * DuckLake commits optimistically, so servers that share a catalog see this often.
 */
export function isWriteConflict(error: unknown): boolean {
  return /transaction conflict|write-write conflict|conflict on (update|tuple)|could not serialize access|deadlock detected|duplicate key value violates unique constraint "?(pg_|ducklake_)/i.test(
    engineMessage(error),
  );
}
