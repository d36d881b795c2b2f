import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../engine/database-fixture.js';
import { revise } from '../revise.js';
import type { Revision } from '../revision.js';
import { columnsOf } from '../tables-fixture.js';
import { first } from './first.js';

const used = useDatabase();

const named = async (revision: Revision, relation: string) =>
  (await columnsOf(used.connection, revision, relation)).map(([name]) => name);

const note = (table: string) => [{ name: `${table}_note`, type: 'VARCHAR' }] as const;

describe('the views of the first revision', () => {
  it('show in the documented order the columns of active sessions', async () => {
    expect(await named(first, 'active_sessions')).toEqual(
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
    const noted = revise(first, {
      since: '1.18',
      columns: {
        instances: note('instances'),
        sessions: note('sessions'),
        sql_statements: note('sql_statements'),
        sql_executions: note('sql_executions'),
      },
    });
    const columns = await named(noted, view);
    expect(columns.filter((name) => name.endsWith('_note'))).toEqual(expected);
  });
});
