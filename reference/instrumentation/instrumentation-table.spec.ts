import { describe, expect, it } from 'vitest';
import type { StoryColumn } from './column.js';
import { columnsText, createTable, valuesOf } from './instrumentation-table.js';
import type { StoryTable } from './instrumentation-table.js';

interface Story {
  readonly came: { readonly id: string; readonly at: bigint; readonly host: string | null };
  readonly left: { readonly bytes: number };
}

const visits: StoryTable<Story> = {
  name: 'visits',
  open: 'bytes IS NULL',
  columns: [
    { name: 'visit_id', type: 'UUID', came: (told) => told.id },
    { name: 'start_time', type: 'TIMESTAMP', came: (told) => told.at },
    { name: 'host', type: 'VARCHAR', came: (told) => told.host },
    { name: 'bytes', type: 'BIGINT', left: (told) => told.bytes },
    { name: 'status', type: 'VARCHAR', came: () => 'here', left: () => 'gone' },
  ],
};

describe('a table', () => {
  it('gives a new row what the first event tells, in the types of the columns', () => {
    expect(valuesOf(visits, 'came', { id: 'a', at: 5n, host: null })).toEqual({
      visit_id: 'a',
      start_time: 5,
      host: null,
      status: 'here',
    });
  });

  it('gives it later only what the event concerns', () => {
    expect(valuesOf(visits, 'left', { bytes: 7 })).toEqual({ bytes: 7, status: 'gone' });
  });

  it('is made with its columns, in order, and with a key where there are keys', () => {
    const columns =
      'visit_id UUID, start_time TIMESTAMP, host VARCHAR, bytes BIGINT, status VARCHAR';
    expect(columnsText(visits.columns)).toBe(columns);
    expect(createTable(visits, { key: false })).toBe(
      `CREATE TABLE IF NOT EXISTS visits (${columns})`,
    );
    expect(createTable(visits, { key: true })).toBe(
      `CREATE TABLE IF NOT EXISTS visits (${columns.replace('UUID', 'UUID PRIMARY KEY')})`,
    );
  });

  it('compiles only with sources that are there and have the type of the column', () => {
    const wrong: StoryColumn<Story>[] = [
      // @ts-expect-error There is no such field.
      { name: 'a', type: 'VARCHAR', came: (told: { readonly port: string }) => told.port },
      // @ts-expect-error A number is no text.
      { name: 'b', type: 'VARCHAR', left: (told) => told.bytes },
      // @ts-expect-error There is no such event.
      { name: 'c', type: 'VARCHAR', stayed: () => 'here' },
      // @ts-expect-error There is no such type.
      { name: 'd', type: 'TEXT', came: (told: { id: string }) => told.id },
    ];
    expect(wrong).toHaveLength(4);
  });
});
