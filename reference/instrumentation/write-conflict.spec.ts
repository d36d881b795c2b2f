import { expect, it } from 'vitest';
import { isWriteConflict } from './write-conflict.js';

it.each([
  'TransactionContext Error: Failed to commit: Transaction conflict on commit',
  'TransactionContext Error: Catalog write-write conflict on create with "x"',
  'Transaction conflict: write-write conflict on key',
  'TransactionContext Error: Conflict on update!',
  'TransactionContext Error: Conflict on tuple deletion!',
  'ERROR: could not serialize access due to concurrent update',
  'ERROR: deadlock detected',
  'ERROR: duplicate key value violates unique constraint "pg_type_typname_nsp_index"',
  'ERROR: duplicate key value violates unique constraint "ducklake_snapshot_pkey"',
  'ERROR: duplicate key value violates unique constraint ducklake_snapshot_pkey',
])('another transaction was quicker: %s', (message) => {
  expect(isWriteConflict(new Error(message))).toBe(true);
});

it.each([
  'IO Error: No space left on device',
  'Constraint Error: Duplicate key "session_id: x" violates primary key constraint',
  'ERROR: duplicate key value violates unique constraint "customers_pkey"',
  'ERROR: deadlock',
])('something else went wrong: %s', (message) => {
  expect(isWriteConflict(new Error(message))).toBe(false);
});
