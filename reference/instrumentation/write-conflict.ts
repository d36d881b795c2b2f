import { engineMessage } from '../engine/engine-error.js';

/**
 * Whether a transaction failed only because another one committed first, so that it can succeed when tried
 * again. DuckLake commits optimistically: servers that share a catalog see this often.
 */
export function isWriteConflict(error: unknown): boolean {
  return /transaction conflict|write-write conflict|conflict on (update|tuple)|could not serialize access|deadlock detected|duplicate key value violates unique constraint "?(pg_|ducklake_)/i.test(
    engineMessage(error),
  );
}
