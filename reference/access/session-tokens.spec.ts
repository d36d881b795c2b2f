import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../clock.js';
import { authMethods, roles } from './identity.js';
import type { Identity } from './identity.js';
import { SessionTokens } from './session-tokens.js';
import type { SessionTokenOptions } from './session-tokens.js';

const secretKey = 'a key that two instances may share';
const instanceId = '0b5e3d0c-3f6f-4e1c-8b2f-6f0f6f0f6f0f';
const sessionId = '6a1b9d3e-8d0a-4f4e-9a52-0d7f1c2b3a4d';
const ada: Identity = { username: 'ada', role: 'user', authMethod: 'BootstrapToken' };
const dayMicroseconds = 24n * 60n * 60n * 1_000_000n;

/** A clock that shows what it is told. */
class HandClock implements Clock {
  time = 1_700_000_000_000_000n;
  now(): bigint {
    return this.time;
  }
}

function tokens(changes: Partial<SessionTokenOptions> = {}): SessionTokens {
  return new SessionTokens({
    secretKey,
    instanceId,
    allowCrossInstanceTokens: false,
    clock: new HandClock(),
    ...changes,
  });
}

/** A token of our own making, right in everything but `changes`. */
function forge(changes: Record<string, unknown> = {}, key = secretKey): Promise<string> {
  const claims: Record<string, unknown> = {
    iss: 'gizmosql',
    sub: 'ada',
    role: 'user',
    auth_method: 'Basic',
    instance_id: instanceId,
    session_id: sessionId,
    exp: 1_700_000_060,
    ...changes,
  };
  const kept = Object.entries(claims).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(kept))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(key));
}

describe('SessionTokens', () => {
  it('carries any user name, role and method to verification and back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...roles),
        fc.constantFrom(...authMethods),
        fc.uuid(),
        async (username, role, authMethod, session) => {
          const ours = tokens();
          const identity = { username, role, authMethod };
          const token = await ours.issue(identity, session);
          expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
          expect(await ours.verify(token)).toEqual({ identity, sessionId: session });
        },
      ),
    );
  });

  it('writes the claims that clients know', async () => {
    const token = await tokens().issue(ada, sessionId);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(decodeJwt(token)).toEqual({
      iss: 'gizmosql',
      sub: 'ada',
      role: 'user',
      auth_method: 'BootstrapToken',
      instance_id: instanceId,
      session_id: sessionId,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      iat: 1_700_000_000,
      exp: 1_700_086_400,
    });
  });

  it('gives every token an id of its own', async () => {
    const ours = tokens();
    const ids = [await ours.issue(ada, sessionId), await ours.issue(ada, sessionId)];
    expect(new Set(ids.map((token) => decodeJwt(token).jti)).size).toBe(2);
  });

  it('accepts a token a second before its day is over and not after, known or not', async () => {
    const clock = new HandClock();
    const [ours, others] = [tokens({ clock }), tokens({ clock })];
    const token = await ours.issue(ada, sessionId);
    await ours.verify(token);
    clock.time += dayMicroseconds - 1_000_000n;
    expect(await ours.verify(token)).toMatchObject({ sessionId });
    clock.time += 1_000_000n;
    const expired = { kind: 'unauthenticated', message: 'The bearer token has expired' };
    await expect(ours.verify(token)).rejects.toMatchObject(expired);
    await expect(others.verify(token)).rejects.toMatchObject(expired);
  });

  it('refuses a token of another instance, unless told to accept it', async () => {
    const elsewhere = tokens({ instanceId: '11111111-2222-4333-8444-555555555555' });
    const token = await elsewhere.issue(ada, sessionId);
    await expect(tokens().verify(token)).rejects.toMatchObject({
      kind: 'unauthenticated',
      message: expect.stringContaining('another server instance') as unknown,
    });
    const open = tokens({ allowCrossInstanceTokens: true });
    expect(await open.verify(token)).toEqual({ identity: ada, sessionId });
  });

  it('never accepts another key, not even across instances', async () => {
    const token = await tokens({ secretKey: 'another key' }).issue(ada, sessionId);
    const open = tokens({ allowCrossInstanceTokens: true });
    await expect(open.verify(token)).rejects.toMatchObject({
      kind: 'unauthenticated',
      message: 'The bearer token is not one of this server',
    });
  });

  it('refuses a token with any character of its payload or signature changed', async () => {
    const ours = tokens();
    const token = await ours.issue(ada, sessionId);
    const bodyStart = token.indexOf('.') + 1;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: bodyStart, max: token.length - 2 }),
        fc.constantFrom('A', 'z', '7', '_'),
        async (at, character) => {
          fc.pre(token[at] !== character && token[at] !== '.');
          const tampered = token.slice(0, at) + character + token.slice(at + 1);
          await expect(ours.verify(tampered)).rejects.toMatchObject({ name: 'Failure' });
        },
      ),
    );
  });

  it('refuses what is signed in another way', async () => {
    const claims = decodeJwt(await forge());
    const unsecured = new UnsecuredJWT(claims).encode();
    const hs512 = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS512' })
      .sign(new TextEncoder().encode(secretKey));
    const stripped = `${(await forge()).split('.').slice(0, 2).join('.')}.`;
    for (const token of [unsecured, hs512, stripped]) {
      await expect(tokens().verify(token)).rejects.toMatchObject({ kind: 'unauthenticated' });
    }
  });

  it.each([
    ['another issuer', { iss: 'somebody' }],
    ['no issuer', { iss: undefined }],
    ['no user', { sub: undefined }],
    ['a user name that is no text', { sub: 5 }],
    ['no role', { role: undefined }],
    ['a role that does not exist', { role: 'root' }],
    ['a way of logging in that does not exist', { auth_method: 'Guess' }],
    ['no instance', { instance_id: undefined }],
    ['no session', { session_id: undefined }],
    ['a session id that is no UUID', { session_id: 'x' }],
    ['a session id that is a list of one', { session_id: [sessionId] }],
    ['no expiry', { exp: undefined }],
    ['a past expiry', { exp: 1_699_999_999 }],
  ])('refuses a well-signed token with %s', async (_what, changes) => {
    expect(await tokens().verify(await forge())).toMatchObject({ sessionId });
    await expect(tokens().verify(await forge(changes))).rejects.toMatchObject({
      kind: 'unauthenticated',
    });
  });

  it.each(['', 'garbage', 'a.b', 'a.b.c', '..', 'ü.ü.ü', 'eyJhbGciOiJIUzI1NiJ9.e30'])(
    'calls %j an invalid argument',
    async (token) => {
      await expect(tokens().verify(token)).rejects.toMatchObject({
        kind: 'invalid-argument',
        message: 'The bearer token is not a JSON Web Token',
      });
    },
  );

  it('calls a well-signed text that holds no claims an invalid argument', async () => {
    const parts = [JSON.stringify({ alg: 'HS256' }), '"no claims"'];
    const signed = parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
    const signature = createHmac('sha256', secretKey).update(signed).digest('base64url');
    await expect(tokens().verify(`${signed}.${signature}`)).rejects.toMatchObject({
      kind: 'invalid-argument',
    });
  });
});
