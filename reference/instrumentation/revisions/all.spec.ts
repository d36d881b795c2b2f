import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../engine/database-fixture.js';
import { parseRelease } from '../../release.js';
import { tablesOf } from '../revision.js';
import type { Revision } from '../revision.js';
import { columnsOf } from '../tables-fixture.js';
import { newest, revisionAt, revisions } from './all.js';

const used = useDatabase();

const at = (version: string): Revision => {
  const release = parseRelease(version) ?? expect.fail(`${version} is no release`);
  return revisionAt(release);
};

/** The columns of a view or table, as 'name type'. */
const shown = async (version: string, relation: string) =>
  (await columnsOf(used.connection, at(version), relation)).map((column) => column.join(' '));

/** The names and types of all columns of a revision's tables, as 'table.name type'. */
const columns = (revision: Revision) =>
  tablesOf(revision).flatMap((table) =>
    table.columns.map(({ name, type }) => `${table.name}.${name} ${type}`),
  );

/** What a release has that the one before it has not. */
function added(version: string, before: string): string[] {
  const known = columns(at(before));
  return columns(at(version)).filter((column) => !known.includes(column));
}

const seventeen = [
  'session_id instance_id username role auth_method peer peer_identity user_agent',
  'connection_protocol start_time status hostname hostname_arg server_ip port database_path',
  'session_duration_seconds',
]
  .join(' ')
  .split(' ');

describe('the revisions', () => {
  it.each([
    ['1.17', '1.17'],
    ['1.17.1', '1.17.1'],
    ['1.20.9', '1.17.1'],
    ['1.21', '1.21'],
    ['1.25.1-LTS', '1.21'],
    ['1.25.2', '1.25.2'],
    ['1.26.2', '1.25.2'],
    ['1.26.3', '1.26.3'],
    ['1.27.5', '1.27'],
    ['1.28', '1.28'],
    ['1.33.9-EDGE', '1.28'],
    ['1.34', '1.34'],
    ['1.36', '1.34'],
  ])('%s keeps %s', (version, since) => {
    expect(at(version).since).toBe(since);
  });

  it('are eight, in order, and the last is the newest', () => {
    expect(revisions.map(({ since }) => since)).toEqual(
      '1.17 1.17.1 1.21 1.25.2 1.26.3 1.27 1.28 1.34'.split(' '),
    );
    expect(newest.since).toBe('1.34');
  });

  it('differ in these columns', () => {
    expect(added('1.17.1', '1.17')).toEqual([]);
    expect(added('1.21', '1.17.1')).toEqual([
      'instances.instance_tag JSON',
      'sessions.session_tag JSON',
      'sql_statements.query_tag JSON',
    ]);
    expect(added('1.25.2', '1.21')).toEqual([]);
    expect(added('1.26.3', '1.25.2')).toEqual(
      [
        ...['instances.start_time', 'instances.stop_time', 'sessions.start_time'],
        ...['sessions.stop_time', 'sql_statements.created_time'],
        ...['sql_executions.execution_start_time', 'sql_executions.execution_end_time'],
      ].map((name) => `${name} TIMESTAMP WITH TIME ZONE`),
    );
    expect(added('1.27', '1.26.3')).toEqual([
      'sql_executions.enqueue_time TIMESTAMP WITH TIME ZONE',
      'sql_executions.query_profile JSON',
    ]);
    expect(added('1.28', '1.27')).toEqual(['instances.cluster_id UUID']);
    expect(added('1.34', '1.28')).toEqual([
      'sql_executions.fetch_start_time TIMESTAMP WITH TIME ZONE',
      'sql_executions.fetch_end_time TIMESTAMP WITH TIME ZONE',
      'sql_executions.cursor_close_time TIMESTAMP WITH TIME ZONE',
      'sql_executions.total_duration_ms BIGINT',
    ]);
  });

  it('lose no column', () => {
    const names = (revision: Revision) => columns(revision).map((column) => column.split(' ')[0]);
    for (const [i, revision] of revisions.slice(1).entries()) {
      expect(names(revision)).toEqual(expect.arrayContaining(names(revisions[i] ?? revision)));
    }
  });

  it.each([
    ['1.17', seventeen],
    ['1.21', [...seventeen, 'session_tag', 'instance_tag']],
    ['1.28', [...seventeen, 'session_tag', 'instance_tag']],
    [
      '1.34',
      [
        ...seventeen.slice(0, 16),
        ...['session_tag', 'instance_tag', 'session_duration_seconds', 'cluster_id'],
      ],
    ],
  ])('show these columns of active sessions in %s', async (version, expected) => {
    expect((await shown(version, 'active_sessions')).map((name) => name.split(' ')[0])).toEqual(
      expected,
    );
  });

  it.each([
    ['1.26.3', 'session_activity', 'query_profile JSON', false],
    ['1.27', 'session_activity', 'query_profile JSON', true],
    ['1.27', 'execution_details', 'query_profile JSON', true],
    ['1.28', 'session_activity', 'cluster_id UUID', false],
    ['1.34', 'session_activity', 'cluster_id UUID', true],
    ['1.21', 'execution_details', 'instance_id UUID', true],
    ['1.34', 'execution_details', 'instance_id UUID', true],
    ['1.25.2', 'active_sessions', 'start_time TIMESTAMP', true],
    ['1.26.3', 'active_sessions', 'start_time TIMESTAMP WITH TIME ZONE', true],
    ['1.34', 'active_sessions', 'session_duration_seconds DOUBLE', true],
  ])('%s shows in %s: %s %j', async (version, view, column, expected) => {
    expect((await shown(version, view)).includes(column)).toBe(expected);
  });

  it('have these functions', () => {
    const functions = (version: string) => at(version).functions.map((name) => name.slice(9));
    const six = 'VERSION CURRENT_SESSION CURRENT_INSTANCE USER ROLE EDITION'.split(' ');
    const nine = ['ENABLED', 'CATALOG', 'SCHEMA'].map((name) => `INSTRUMENTATION_${name}`);
    expect(functions('1.17')).toEqual(six);
    expect(functions('1.17.1')).toEqual([...six, ...nine]);
    expect(functions('1.27')).toEqual([...six, ...nine]);
    expect(functions('1.28')).toEqual([...six, ...nine, 'CURRENT_CLUSTER']);
    expect(functions('1.36')).toEqual([...six, ...nine, 'CURRENT_CLUSTER']);
  });
});
