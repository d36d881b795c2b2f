import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { SignJWT, UnsecuredJWT, decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTokenSigner } from '../../fixtures/surroundings/token-signer.js';
import type { TokenClaims, TokenSigner } from '../../fixtures/surroundings/token-signer.js';
import { systemClock } from '../clock.js';
import { BootstrapTokens } from './bootstrap-tokens.js';
import type { BootstrapTokenOptions } from './bootstrap-tokens.js';
import { roles } from './identity.js';
import { readVerificationKey } from './verification-key.js';

const right: TokenClaims = {
  issuer: 'https://issuer.test',
  audience: 'gizmosql-test',
  subject: 'ada',
  role: 'user',
  expiresInSeconds: 60,
};

let folder: string;
let signer: TokenSigner;
let certificate: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bootstrap-tokens-'));
  signer = await makeTokenSigner(folder);
  certificate = await readFile(signer.certificatePath, 'utf8');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function tokens(changes: Partial<BootstrapTokenOptions> = {}): BootstrapTokens {
  return new BootstrapTokens({
    issuer: 'https://issuer.test',
    audience: 'gizmosql-test',
    key: readVerificationKey(certificate),
    defaultRole: null,
    authorizedEmails: ['*'],
    clock: systemClock,
    ...changes,
  });
}

function without(claim: keyof TokenClaims): TokenClaims {
  return Object.fromEntries(Object.entries(right).filter(([name]) => name !== claim));
}

function publicPem(key: KeyObject, type: 'spki' | 'pkcs1'): string {
  return key.export({ type, format: 'pem' }).toString();
}

describe('BootstrapTokens', () => {
  it('takes any user name and every role from the token', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1 }),
        fc.constantFrom(...roles),
        async (subject, role) => {
          const token = await signer.sign({ ...right, subject, role });
          expect(await tokens().verify(token)).toEqual({
            username: subject,
            role,
            authMethod: 'BootstrapToken',
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('prefers the email to the subject', async () => {
    const both = await signer.sign({ ...right, email: 'ada@example.test' });
    expect((await tokens().verify(both)).username).toBe('ada@example.test');
    const emptyEmail = await signer.sign({ ...right, email: '' });
    expect((await tokens().verify(emptyEmail)).username).toBe('ada');
  });

  it('gives the default role only to a token that names none', async () => {
    const withDefault = tokens({ defaultRole: 'readonly' });
    expect((await withDefault.verify(await signer.sign(without('role')))).role).toBe('readonly');
    expect((await withDefault.verify(await signer.sign(right))).role).toBe('user');
    await expect(tokens().verify(await signer.sign(without('role')))).rejects.toMatchObject({
      kind: 'unauthenticated',
      message: expect.stringContaining('names no role') as unknown,
    });
  });

  it.each(['root', 'Admin', '', 'admin '])(
    'refuses the role %j even with a default',
    async (role) => {
      const token = await signer.sign({ ...right, role });
      await expect(tokens({ defaultRole: 'user' }).verify(token)).rejects.toMatchObject({
        kind: 'unauthenticated',
        message: `The token given as password names the role ${JSON.stringify(role)}, which is none of ${roles.join(', ')}`,
      });
    },
  );

  it.each<[string, TokenClaims, string]>([
    [
      'another issuer',
      { ...right, issuer: 'https://other.test' },
      'fails the check of its claim iss',
    ],
    ['no issuer', without('issuer'), 'lacks the claim iss'],
    [
      'another audience',
      { ...right, audience: 'somebody-else' },
      'fails the check of its claim aud',
    ],
    ['no audience', without('audience'), 'lacks the claim aud'],
    ['no user', without('subject'), 'names no user'],
    ['a past expiry', { ...right, expiresInSeconds: -1 }, 'has expired'],
    ['no expiry', without('expiresInSeconds'), 'lacks the claim exp'],
  ])('refuses %s and says so', async (_what, claims, said) => {
    await expect(tokens().verify(await signer.sign(claims))).rejects.toMatchObject({
      kind: 'unauthenticated',
      message: expect.stringContaining(said) as unknown,
    });
  });

  it('refuses the signature of another key', async () => {
    const other = await makeTokenSigner(folder);
    await expect(tokens().verify(await other.sign(right))).rejects.toMatchObject({
      kind: 'unauthenticated',
      message: expect.stringContaining('signature') as unknown,
    });
  });

  it('refuses every algorithm but RS256: none, and HMAC keyed with what is public', async () => {
    const claims = decodeJwt(await signer.sign({ ...right, role: 'admin' }));
    const publicKey = publicPem(createPublicKey(certificate), 'spki');
    const hmac = (key: string) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(key));
    const forged = [
      new UnsecuredJWT(claims).encode(),
      await hmac(certificate),
      await hmac(publicKey),
    ];
    for (const token of forged) {
      await expect(tokens().verify(token)).rejects.toMatchObject({
        kind: 'unauthenticated',
        message: expect.stringContaining('not signed with RS256') as unknown,
      });
    }
  });

  it.each(['', 'secret', 'a.b.c'])('refuses %j, which is no token', async (password) => {
    await expect(tokens().verify(password)).rejects.toMatchObject({
      kind: 'unauthenticated',
      message: 'The token given as password is not a JSON Web Token',
    });
  });
});

describe('who is authorized', () => {
  it.each([
    [['*'], 'anybody', true],
    [['*@example.test'], 'ada@example.test', true],
    [['*@example.test'], 'Ada@EXAMPLE.test', true],
    [['*@EXAMPLE.test'], 'ada@example.test', true],
    [['*@example.test'], 'ada@example.test.evil.test', false],
    [['*@example.test'], 'ada@exampleXtest', false],
    [['*@example.test'], 'evil\n@example.test', true],
    [['ada@example.test'], 'ada@example.test', true],
    [['ada@example.test'], 'adadada@example.test', false],
    [['a.*(b)', '[x]{2}|y'], '[x]{2}|y', true],
    [['a.*(b)', '[x]{2}|y'], 'a.whatever(b)', true],
    [['a.*(b)', '[x]{2}|y'], 'xx', false],
    [['bob@other.test', '*@example.test'], 'ada@example.test', true],
    [['bob@other.test', '*@example.test'], 'ada@other.test', false],
    [['täst@*'], 'TÄST@example.test', true],
  ])('of %j is %j: %s', async (authorizedEmails, email, authorized) => {
    const verified = tokens({ authorizedEmails }).verify(await signer.sign({ ...right, email }));
    if (authorized) {
      expect((await verified).username).toBe(email);
    } else {
      await expect(verified).rejects.toMatchObject({
        kind: 'unauthenticated',
        message: `User '${email}' is not authorized. Contact your administrator.`,
      });
    }
  });

  it('goes by the subject where a token has no email', async () => {
    const only = tokens({ authorizedEmails: ['ada'] });
    expect((await only.verify(await signer.sign(right))).username).toBe('ada');
    const other = await signer.sign({ ...right, email: 'eve@example.test' });
    await expect(only.verify(other)).rejects.toThrow("User 'eve@example.test' is not authorized");
  });
});

describe('readVerificationKey', () => {
  it('reads certificates and both forms of public keys', async () => {
    const key = createPublicKey(certificate);
    const pems = [certificate, publicPem(key, 'spki'), publicPem(key, 'pkcs1')];
    for (const pem of pems) {
      const verified = await tokens({ key: readVerificationKey(pem) }).verify(
        await signer.sign(right),
      );
      expect(verified.username).toBe('ada');
    }
  });

  it('refuses what RS256 should not be verified with, and says why', () => {
    const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits });
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const cases: [string, string][] = [
      ['no PEM at all', 'neither a PEM certificate nor'],
      [rsa(2048).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'private key'],
      [publicPem(rsa(1024).publicKey, 'spki'), '2048 bits'],
      [publicPem(curve.publicKey, 'spki'), 'not an RSA key'],
    ];
    for (const [pem, said] of cases) {
      expect(() => readVerificationKey(pem)).toThrow(said);
      expect(() => readVerificationKey(pem)).toThrow(
        expect.objectContaining({ name: 'Failure', kind: 'invalid-argument' }),
      );
    }
  });
});
