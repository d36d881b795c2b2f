import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Login } from '../access/authenticator.js';
import type { Connection } from '../engine/connection.js';
import { nullRecorder } from '../instrumentation/recorder.js';
import type { SessionEnd, SessionRecord } from '../instrumentation/records.js';
import type { Log } from '../log.js';
import { SessionRegistry } from './session-registry.js';
import type { Client } from './session.js';

const client: Client = {
  peer: 'ipv4:127.0.0.1:5',
  peerIdentity: null,
  userAgent: 'spec',
  connectionProtocol: 'plaintext',
};
const login = (sessionId: string): Login => ({
  sessionId,
  identity: { username: 'alice', role: 'user', authMethod: 'Basic' },
});
const silent: Log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn(), at: vi.fn() };

afterEach(() => {
  vi.useRealTimers();
});

/** A registry whose connections and records are kept to be looked at. */
function registry({ idleTimeoutSeconds = 0, connectFails = false } = {}) {
  const closed = vi.fn();
  const opened: SessionRecord[] = [];
  const ended: [string, SessionEnd, string][] = [];
  const connect = vi.fn(() =>
    connectFails
      ? Promise.reject(new Error('no connection'))
      : Promise.resolve({ close: closed, interrupt: vi.fn() } as unknown as Connection),
  );
  const sessions = new SessionRegistry({
    instanceId: 'instance',
    connect,
    recorder: {
      ...nullRecorder,
      sessionOpened: (record) => opened.push(record),
      sessionEnded: (id, _, status, reason) => ended.push([id, status, reason]),
    },
    clock: { now: () => 5n },
    log: silent,
    idleTimeoutSeconds,
  });
  return { sessions, opened, ended, connect, closed };
}

describe('SessionRegistry', () => {
  it('opens a session at the first call with its token, also when two calls are first', async () => {
    const { sessions, opened, connect } = registry();
    const [one, two] = await Promise.all([
      sessions.open(login('a'), client),
      sessions.open(login('a'), client),
    ]);
    expect(one).toBe(two);
    expect(await sessions.find('a')).toBe(one);
    expect(connect).toHaveBeenCalledTimes(1);
    expect(opened).toEqual([
      {
        sessionId: 'a',
        instanceId: 'instance',
        username: 'alice',
        role: 'user',
        authMethod: 'Basic',
        ...client,
        startTime: 5n,
      },
    ]);
  });

  it('forgets a session that could not begin', async () => {
    const { sessions, opened } = registry({ connectFails: true });
    await expect(sessions.open(login('a'), client)).rejects.toThrow('no connection');
    expect(await sessions.find('a')).toBeUndefined();
    expect(opened).toEqual([]);
  });

  it.each([
    ['killed', 'Your session has been killed. Please re-connect.'],
    ['closed', 'Your session is closed. Please re-connect.'],
    ['timeout', 'Your session has timed out. Please re-connect.'],
    ['error', 'Your session has ended with an error. Please re-connect.'],
  ] as const)('does not bring back one that has ended: %s', async (status, message) => {
    const { sessions, ended, closed } = registry();
    const session = await sessions.open(login('a'), client);
    await sessions.end(session, status, 'reason');
    await sessions.end(session, 'closed', 'again');
    expect(ended).toEqual([['a', status, 'reason']]);
    expect(closed).toHaveBeenCalledTimes(1);
    expect(await sessions.find('a')).toBeUndefined();
    await expect(sessions.open(login('a'), client)).rejects.toMatchObject({
      kind: 'invalid-argument',
      message,
    });
  });

  it.each([
    ['killed', 'killed'],
    ['closed', 'cancelled'],
    ['timeout', 'cancelled'],
  ] as const)('cancels what runs, which is told why: %s', async (status, cause) => {
    const { sessions } = registry();
    const session = await sessions.open(login('a'), client);
    const cancel = vi.fn();
    session.running.add({ cancel });
    await sessions.end(session, status, 'reason');
    expect(cancel.mock.calls).toEqual([[cause]]);
  });

  it('lets go of everything once what runs has ended', async () => {
    const { sessions, closed } = registry();
    const session = await sessions.open(login('a'), client);
    const turn = await session.lane.acquire();
    const prepared = { close: vi.fn() };
    session.prepared.set('p', prepared);
    const end = sessions.end(session, 'killed', 'reason');
    expect(prepared.close).not.toHaveBeenCalled();
    expect(closed).not.toHaveBeenCalled();
    turn.release();
    await end;
    expect(prepared.close).toHaveBeenCalledTimes(1);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it.each([
    [null, 'closed', 'client disconnected'],
    ['reset', 'error', 'connection lost: reset'],
  ] as const)(
    'ends with its connection if nobody has its token: %s',
    async (broken, status, reason) => {
      const { sessions, ended } = registry();
      await sessions.lost(await sessions.open(login('a'), client), broken);
      const other = await sessions.open(login('b'), client);
      other.tokenUsed = true;
      await sessions.lost(other, broken);
      expect(ended).toEqual([['a', status, reason]]);
      expect(sessions.endOf('a')).toBe(status);
      expect(sessions.endOf('b')).toBeUndefined();
    },
  );

  it('knows how one ended for as long as its token is good', async () => {
    vi.useFakeTimers();
    const { sessions } = registry();
    await sessions.end(await sessions.open(login('a'), client), 'killed', 'reason');
    const end = async (id: string) =>
      sessions.end(await sessions.open(login(id), client), 'closed', 'reason');
    await vi.advanceTimersByTimeAsync(86_400_000);
    await end('b');
    expect(sessions.endOf('a')).toBe('killed');
    await vi.advanceTimersByTimeAsync(1);
    await end('c');
    expect(sessions.endOf('a')).toBeUndefined();
    expect(sessions.endOf('b')).toBe('closed');
  });

  it('ends all, and lets none begin after that', async () => {
    const { sessions, ended } = registry();
    await sessions.open(login('a'), client);
    const late = sessions.open(login('b'), client);
    await sessions.endAll('closed', 'server stopped');
    await late;
    expect(ended.map(([id]) => id).sort()).toEqual(['a', 'b']);
    await expect(sessions.open(login('c'), client)).rejects.toMatchObject({
      kind: 'cancelled',
      message: 'The server is stopping',
    });
  });

  it('ends all although one could not begin', async () => {
    const { sessions, ended } = registry({ connectFails: true });
    const failed = sessions.open(login('a'), client);
    await Promise.all([
      expect(failed).rejects.toThrow('no connection'),
      expect(sessions.endAll('closed', 'server stopped')).resolves.toBeUndefined(),
    ]);
    expect(ended).toEqual([]);
  });

  it('ends those that are idle, and only those', async () => {
    vi.useFakeTimers();
    const { sessions, ended } = registry({ idleTimeoutSeconds: 10 });
    const idle = await sessions.open(login('idle'), client);
    await sessions.open(login('used'), client);
    const busy = await sessions.open(login('busy'), client);
    busy.calls = 1;
    // What runs for nobody keeps no session, nor does its end hold up another's.
    idle.running.add({ cancel: vi.fn() });
    await idle.lane.acquire();
    const lost = await sessions.open(login('lost'), client);
    lost.tokenUsed = true;
    await sessions.lost(lost, 'reset');
    await vi.advanceTimersByTimeAsync(9_000);
    await sessions.open(login('used'), client);
    expect(ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(ended).toEqual([
      ['idle', 'timeout', 'idle for more than 10 seconds'],
      ['lost', 'error', 'connection lost: reset; idle for more than 10 seconds'],
    ]);
    await sessions.endAll('closed', 'end');
    expect(vi.getTimerCount()).toBe(0);
  });
});
