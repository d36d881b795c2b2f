import { describe, expect, it } from 'vitest';
import { parseKillSession } from './kill-session.js';

const id = '550e8400-e29b-41d4-a716-446655440000';

describe('parseKillSession', () => {
  it.each([
    `KILL SESSION '${id}'`,
    `kill session "${id}";`,
    `Kill Session ${id}`,
    `  KILL\n\tSESSION/* that one */'${id}' ; ; -- now`,
    `-- first\nKILL SESSION ${id};`,
  ])('finds the id in %j', (sql) => {
    expect(parseKillSession(sql)).toBe(id);
  });

  it.each([
    'SELECT 1',
    `SELECT 'KILL SESSION ${id}'`,
    `-- KILL SESSION ${id}`,
    'SELECT kill FROM session',
    'KILL',
    `KILL SESSIONS '${id}'`,
    `EXPLAIN KILL SESSION '${id}'`,
    'DROP SESSION kill',
    '',
  ])('takes %j for other SQL', (sql) => {
    expect(parseKillSession(sql)).toBeNull();
  });

  it('leaves it to the lookup that there is no such session', () => {
    expect(parseKillSession('KILL SESSION')).toBe('');
    expect(parseKillSession("KILL SESSION 'not a uuid'")).toBe('not a uuid');
    expect(parseKillSession(`KILL SESSION x'${id}'`)).toBe(`x'${id}'`);
    expect(parseKillSession(`KILL SESSION '${id}' x`)).toBe(`'${id}'x`);
  });
});
