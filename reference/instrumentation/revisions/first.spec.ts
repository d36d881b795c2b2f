import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../engine/database-fixture.js';
import { createTable } from '../instrumentation-table.js';
import type { StoryTable } from '../instrumentation-table.js';
import { createViews, tablesOf } from '../revision.js';
import type { Revision, RevisionTables } from '../revision.js';
import { first, viewsOf } from './first.js';

const used = useDatabase();

async function columnsOf(revision: Revision, relation: string): Promise<string[]> {
  for (const table of tablesOf(revision)) {
    await used.connection.execute(createTable(table, { key: true }));
  }
  for (const statement of createViews(revision).values()) {
    await used.connection.execute(statement);
  }
  const columns = await used.connection.rows(`SELECT column_name FROM (DESCRIBE ${relation})`);
  return columns.map(([name]) => String(name));
}

function withNote<Story>(table: StoryTable<Story>): StoryTable<Story> {
  return { ...table, columns: [...table.columns, { name: `${table.name}_note`, type: 'VARCHAR' }] };
}

describe('the views of the first revision', () => {
  it('show in the documented order the columns of active sessions', async () => {
    expect(await columnsOf(first, 'active_sessions')).toEqual(
      [
        'session_id instance_id username role auth_method peer peer_identity user_agent',
        'connection_protocol start_time status hostname hostname_arg server_ip port database_path',
        'session_duration_seconds',
      ].flatMap((names) => names.split(' ')),
    );
  });

  it.each([
    ['active_sessions', ['sessions_note']],
    ['session_activity', ['sessions_note', 'sql_statements_note', 'sql_executions_note']],
    ['execution_details', ['sql_executions_note']],
  ])('take a column that a table gets into %s', async (view, expected) => {
    const { instances, sessions, sql_statements, sql_executions } = first.tables;
    const tables: RevisionTables = {
      instances: withNote(instances),
      sessions: withNote(sessions),
      sql_statements: withNote(sql_statements),
      sql_executions: withNote(sql_executions),
    };
    const columns = await columnsOf({ tables, views: viewsOf(tables) }, view);
    expect(columns.filter((name) => name.endsWith('_note'))).toEqual(expected);
  });
});
