import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { Connection } from '../../engine/connection.js';
import { duckLakeStore } from './ducklake-store.js';

/** A connection on which DuckLake says these things of its settings. */
const saying = (type: string, folder: string) =>
  ({ rows: () => Promise.resolve([[type, folder]]) }) as unknown as Connection;

const lakeAt = (path: string) =>
  duckLakeStore({ name: 'lake', schema: 'main', type: 'ducklake', path });

it.each(['duckdb', 'sqlite'])('a DuckLake with metadata in a file of %s', async (type) => {
  const file = resolve('lake.db');
  const store = lakeAt(`ducklake:${type}:lake.db`);
  expect(store.keys).toBe(false);
  expect(await store.guarded(saying(type, '/data/'))).toEqual({
    attachTypes: [],
    files: [file, `${file}.wal`, `${file}-wal`],
    folders: ['/data/'],
  });
});

it('a DuckLake with metadata in PostgreSQL', async () => {
  const said = saying('postgres', 's3://bucket/data/');
  expect(await lakeAt('ducklake:postgres:dbname=x').guarded(said)).toEqual({
    attachTypes: ['ducklake', 'postgres', 'postgresql'],
    files: [],
    folders: ['s3://bucket/data/'],
  });
});

it('a DuckLake whose place a secret says', async () => {
  expect(await lakeAt('').guarded(saying('duckdb', '/data/'))).toMatchObject({ files: [] });
});
