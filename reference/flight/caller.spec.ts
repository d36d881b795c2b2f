import { Metadata } from '@grpc/grpc-js';
import { expect, it, vi } from 'vitest';
import type { Authenticator } from '../access/authenticator.js';
import type { Identity } from '../access/identity.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { Session } from '../sessions/session.js';
import { sessionOn } from '../session-fixture.js';
import { Caller } from './caller.js';
import type { Call } from './caller.js';
import type { Connections } from './connections.js';

/** A caller's session, and what the server's parts are told of it. */
function parts() {
  const session = {} as unknown as Session;
  const open = vi.fn<SessionRegistry['open']>().mockResolvedValue(session);
  const use = vi.fn<Connections['use']>();
  const identity: Identity = { username: 'alice', role: 'user', authMethod: 'Basic' };
  const authenticate: Authenticator['authenticate'] = (_, nameSession) => {
    nameSession?.(identity);
    return Promise.resolve({ sessionId: 'a', identity });
  };
  const sessionId = vi.fn<Connections['sessionId']>().mockReturnValue('a');
  const caller = new Caller({
    authenticator: { authenticate } as unknown as Authenticator,
    sessions: { open } as unknown as SessionRegistry,
    connections: { use, sessionId } as unknown as Connections,
    protocol: 'plaintext',
    logAuth: () => undefined,
  });
  return { caller, session, open, use, sessionId };
}

function call(getPeer: () => string, headers: Record<string, string> = {}): Call {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries({ 'user-agent': 'spec', ...headers })) {
    metadata.set(name, value);
  }
  return {
    metadata,
    getPeer,
    getAuthContext: () => ({}),
    sendMetadata: () => undefined,
    cancelled: false,
    once: () => undefined,
  };
}

it('a call that is given up while it is looked at came from where it came', async () => {
  const { caller, session, open, use } = parts();
  const peers = ['127.0.0.1:5', 'unknown'];
  const found = await caller.session(
    call(() => (peers.length > 1 ? peers.shift() : peers[0]) ?? ''),
  );
  expect(found).toBe(session);
  expect(open.mock.calls[0]?.[1]).toEqual({
    peer: 'ipv4:127.0.0.1:5',
    peerIdentity: null,
    userAgent: 'spec',
    connectionProtocol: 'plaintext',
  });
  expect(use.mock.calls).toEqual([['127.0.0.1:5', session, true]]);
});

it('a call that was given up before opens no session', async () => {
  const { caller, open, use } = parts();
  await expect(caller.session(call(() => 'unknown'))).rejects.toMatchObject({ kind: 'cancelled' });
  expect(open).not.toHaveBeenCalled();
  expect(use).not.toHaveBeenCalled();
});

it.each(['user-agent', 'forwarded', 'x-forwarded-for', 'x-real-ip'])(
  'clients that share a connection are told apart by %s',
  async (name) => {
    const { caller, sessionId } = parts();
    for (const value of ['one', 'two', 'one']) {
      await caller.session(call(() => '127.0.0.1:5', { [name]: value }));
    }
    const [one, two, again] = sessionId.mock.calls.map(([, who]) => who);
    expect(again).toBe(one);
    expect(two).not.toBe(one);
  },
);

it('a call counts in its session for as long as it lasts', async () => {
  const { caller, open } = parts();
  const session = sessionOn({});
  open.mockResolvedValue(session);
  const ends: (() => void)[] = [];
  const lasting: Call = {
    ...call(() => '127.0.0.1:5'),
    once: (_, end) => ends.push(end),
  };
  await caller.session(lasting);
  await caller.session({ ...lasting, cancelled: true });
  expect(session.calls).toBe(1);
  session.usedAt = 0;
  ends.forEach((end) => {
    end();
  });
  expect(session.calls).toBe(0);
  expect(session.usedAt).toBeGreaterThan(0);
});
