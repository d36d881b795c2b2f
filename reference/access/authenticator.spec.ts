import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTokenSigner } from '../../fixtures/surroundings/token-signer.js';
import type { TokenSigner } from '../../fixtures/surroundings/token-signer.js';
import { systemClock } from '../clock.js';
import { Authenticator } from './authenticator.js';
import { BootstrapTokens } from './bootstrap-tokens.js';
import { Passwords } from './passwords.js';
import { SessionTokens } from './session-tokens.js';
import { readVerificationKey } from './verification-key.js';

const sessionTokens = new SessionTokens({
  secretKey: 'key',
  instanceId: '0b5e3d0c-3f6f-4e1c-8b2f-6f0f6f0f6f0f',
  allowCrossInstanceTokens: false,
  clock: systemClock,
});

function authenticator(
  username = 'admin',
  password = 'secret',
  bootstrapTokens: BootstrapTokens | null = null,
): Authenticator {
  const passwords = new Passwords(username, password);
  return new Authenticator({ passwords, sessionTokens, bootstrapTokens });
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

describe('Authenticator', () => {
  it('logs in by header and then by the token it issued, for any name and password', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }).filter((name) => !name.includes(':') && name !== 'token'),
        fc.string({ unit: 'binary' }),
        fc.constantFrom('Basic', 'basic', 'BASIC'),
        async (username, password, scheme) => {
          const ours = authenticator(username, password);
          const header = basic(username, password).replace('Basic', scheme);
          const login = await ours.authenticate(header);
          expect(login.identity).toEqual({ username, role: 'admin', authMethod: 'Basic' });
          const again = await ours.authenticate(`Bearer ${login.issuedToken ?? 'none'}`);
          expect(again).toEqual({ identity: login.identity, sessionId: login.sessionId });
        },
      ),
    );
  });

  it('keeps colons in the password', async () => {
    const login = await authenticator('ada', ':a:b:').authenticate(basic('ada', ':a:b:'));
    expect(login.identity.username).toBe('ada');
  });

  it('opens a session of its own at every login with a password', async () => {
    const ours = authenticator();
    const logins = [
      await ours.authenticate(basic('admin', 'secret')),
      await ours.authenticate(basic('admin', 'secret')),
      await ours.login('admin', 'secret'),
    ];
    expect(new Set(logins.map(({ sessionId }) => sessionId)).size).toBe(3);
    expect(new Set(logins.map(({ issuedToken }) => issuedToken)).size).toBe(3);
  });

  it.each([undefined, '', '  '])('calls the header %j unknown', async (header) => {
    await expect(authenticator().authenticate(header)).rejects.toMatchObject({ kind: 'unknown' });
  });

  it.each([
    basic('admin', 'wrong'),
    basic('wrong', 'secret'),
    'Basic',
    'Basic !!!',
    `Basic ${Buffer.from('no colon').toString('base64')}`,
    'Digest x',
    'secret',
  ])('refuses %j as unauthenticated', async (header) => {
    await expect(authenticator().authenticate(header)).rejects.toMatchObject({
      kind: 'unauthenticated',
    });
  });

  it('takes a text without a colon for no pair, though the password begins with the user name', async () => {
    const header = `Basic ${Buffer.from('secret').toString('base64')}`;
    await expect(authenticator('secre', 'secret').authenticate(header)).rejects.toMatchObject({
      kind: 'unauthenticated',
    });
  });

  it.each(['Bearer', 'Bearer ', 'Bearer garbage', 'bearer a.b.c'])(
    'calls %j an invalid argument',
    async (header) => {
      await expect(authenticator().authenticate(header)).rejects.toMatchObject({
        kind: 'invalid-argument',
      });
    },
  );
});

describe("Authenticator's user name token", () => {
  let folder: string;
  let signer: TokenSigner;
  let trusting: Authenticator;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'authenticator-'));
    signer = await makeTokenSigner(folder);
    const key = readVerificationKey(await readFile(signer.certificatePath, 'utf8'));
    const trusted = {
      issuer: 'issuer',
      audience: 'audience',
      defaultRole: null,
      authorizedEmails: ['*'],
    };
    const bootstrapTokens = new BootstrapTokens({ ...trusted, key, clock: systemClock });
    trusting = authenticator('admin', 'secret', bootstrapTokens);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  function sign(role: string): Promise<string> {
    const known = { issuer: 'issuer', audience: 'audience', subject: 'Zoë' };
    return signer.sign({ ...known, role, expiresInSeconds: 60 });
  }

  it('exchanges a token of the issuer for one of ours that keeps who it is', async () => {
    const login = await trusting.authenticate(basic('token', await sign('readonly')));
    const identity = { username: 'Zoë', role: 'readonly', authMethod: 'BootstrapToken' };
    expect(login.identity).toEqual(identity);
    const again = await trusting.authenticate(`Bearer ${login.issuedToken ?? 'none'}`);
    expect(again).toEqual({ identity, sessionId: login.sessionId });
  });

  it("does not take the issuer's token as bearer, nor the admin's password as token", async () => {
    await expect(trusting.authenticate(`Bearer ${await sign('admin')}`)).rejects.toMatchObject({
      kind: 'unauthenticated',
    });
    await expect(trusting.authenticate(basic('token', 'secret'))).rejects.toMatchObject({
      kind: 'unauthenticated',
    });
  });

  it('says what is missing when no issuer is trusted', async () => {
    const header = basic('token', await sign('admin'));
    await expect(authenticator().authenticate(header)).rejects.toMatchObject({
      kind: 'unauthenticated',
      message: expect.stringContaining('--token-allowed-issuer') as unknown,
    });
  });
});
