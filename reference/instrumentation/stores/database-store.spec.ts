import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { Connection } from '../../engine/connection.js';
import { databaseStore } from './database-store.js';

const none = {} as unknown as Connection;

it.each([
  ['duckdb', 'records.db', true, [], [resolve('records.db'), resolve('records.db.wal')]],
  ['sqlite', 'records.db', false, [], [resolve('records.db'), resolve('records.db.wal')]],
  ['postgres', '', false, ['ducklake', 'postgres', 'postgresql'], []],
])('an attached database of type %s', async (type, path, keys, attachTypes, files) => {
  const store = databaseStore({ name: 'records', schema: 'main', type, path });
  expect(store.keys).toBe(keys);
  expect(await store.guarded(none)).toEqual({ attachTypes, files, folders: [] });
});
