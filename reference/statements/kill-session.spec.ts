import { describe, expect, it, vi } from 'vitest';
import type { Role } from '../access/identity.js';
import type { SessionEnd } from '../instrumentation/records.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { Session } from '../sessions/session.js';
import { KillSession, killExecutable, parseKillSession } from './kill-session.js';

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
    // To cut such a text up would take seconds, for everybody.
    `KILL SESSION '${id}' ${'+'.repeat(1_000)}`,
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

describe('KillSession', () => {
  const other = '0b0e8400-e29b-41d4-a716-446655440000';

  /** Sessions of which only `id` and `ended` ones are known, and what was ended. */
  function registry(ended: SessionEnd | null = null) {
    const target = { id, ended } as unknown as Session;
    const end = vi.fn<SessionRegistry['end']>().mockResolvedValue(undefined);
    const find = (asked: string) => Promise.resolve(asked === id ? target : undefined);
    return { kill: new KillSession({ find, end } as unknown as SessionRegistry), end, target };
  }

  const caller = (role: Role, callerId = other) =>
    ({
      id: callerId,
      identity: { username: 'ann', role, authMethod: 'Basic' },
    }) as unknown as Session;

  it.each([
    ['a user', caller('user'), id, 'permission', 'Only admin users can execute KILL SESSION'],
    ['a reader', caller('readonly'), id, 'permission', 'Only admin users can execute KILL SESSION'],
    ['oneself', caller('admin', id), id, 'invalid-argument', 'Cannot kill your own session'],
    [
      'oneself in capitals',
      caller('admin', id),
      id.toUpperCase(),
      'invalid-argument',
      'Cannot kill your own session',
    ],
    ['nobody', caller('admin'), 'x', 'not-found', 'Session not found: x'],
  ])('refuses %s, and ends nothing', async (_, by, targetId, kind, message) => {
    const { kill, end } = registry();
    for (const refused of [kill.check(by, targetId), kill.perform(by, targetId)]) {
      await expect(refused).rejects.toMatchObject({ kind, message });
    }
    expect(end).not.toHaveBeenCalled();
  });

  it('does not find a session that has ended', async () => {
    const { kill, end } = registry('closed');
    for (const refused of [kill.check(caller('admin'), id), kill.perform(caller('admin'), id)]) {
      await expect(refused).rejects.toMatchObject({
        kind: 'not-found',
        message: `Session not found: ${id}`,
      });
    }
    expect(end).not.toHaveBeenCalled();
  });

  it('ends a session when it is performed, and not when it is only checked', async () => {
    const { kill, end, target } = registry();
    await kill.check(caller('admin'), id.toUpperCase());
    expect(end).not.toHaveBeenCalled();
    await kill.perform(caller('admin'), id.toUpperCase());
    expect(end.mock.calls).toEqual([[target, 'killed', 'Killed by ann']]);
  });

  it('is a statement without parameters that answers with a row, or with no rows changed', async () => {
    const { kill, end } = registry();
    const executable = killExecutable(kill, caller('admin'), id);
    expect(executable.parameterCount).toBe(0);
    expect(executable.parameterSchema().fields).toEqual([]);
    expect((await executable.schema())?.fields.map(String)).toEqual(['result: Utf8']);
    const result = await executable.stream();
    expect(result.schema.fields.map(({ name }) => name)).toEqual(['result']);
    expect(result.preamble()).toHaveLength(1);
    const found: [rows: number, text: string][] = [];
    for await (const { rows, message } of result.batches()) {
      found.push([rows, Buffer.from(message as Buffer).toString()]);
    }
    expect(found).toEqual([[1, expect.stringContaining(`Session ${id} killed`)]]);
    expect(await executable.update()).toBe(0);
    expect(end).toHaveBeenCalledTimes(2);
    executable.close();
  });
});
