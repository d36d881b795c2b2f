import { Metadata } from '@grpc/grpc-js';
import { expect, it, vi } from 'vitest';
import type { Authenticator } from '../access/authenticator.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { Session } from '../sessions/session.js';
import { Caller } from './caller.js';
import type { Call } from './caller.js';
import type { Connections } from './connections.js';

/** A caller's session, and what the server's parts are told of it. */
function parts() {
  const session = {} as unknown as Session;
  const open = vi.fn<SessionRegistry['open']>().mockResolvedValue(session);
  const use = vi.fn<Connections['use']>();
  const identity = { username: 'alice', role: 'user', authMethod: 'Basic' };
  const authenticate = () => Promise.resolve({ sessionId: 'a', identity });
  const caller = new Caller({
    authenticator: { authenticate } as unknown as Authenticator,
    sessions: { open } as unknown as SessionRegistry,
    connections: { use } as unknown as Connections,
    protocol: 'plaintext',
    logAuth: () => undefined,
  });
  return { caller, session, open, use };
}

function call(getPeer: () => string): Call {
  const metadata = new Metadata();
  metadata.set('user-agent', 'spec');
  return { metadata, getPeer, getAuthContext: () => ({}), sendMetadata: () => undefined };
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
  expect(use.mock.calls).toEqual([['127.0.0.1:5', session]]);
});

it('a call that was given up before opens no session', async () => {
  const { caller, open, use } = parts();
  await expect(caller.session(call(() => 'unknown'))).rejects.toMatchObject({ kind: 'cancelled' });
  expect(open).not.toHaveBeenCalled();
  expect(use).not.toHaveBeenCalled();
});
