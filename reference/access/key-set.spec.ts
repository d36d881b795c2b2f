import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../clock.js';
import { BootstrapTokens } from './bootstrap-tokens.js';
import { fetchedKeySet, keySetAlgorithms, readKeySet } from './key-set.js';
import type { KeySet } from './key-set.js';

interface Issuer {
  readonly jwk: JWK;
  readonly sign: (header?: object, claims?: object) => Promise<string>;
}

let first: Issuer;
let second: Issuer;
let server: Server;
/** What the issuer's server answers, and how often it was asked. */
let answer: { status: number; body: string };
let asked: number;

beforeAll(async () => {
  first = await issuer('RS256', 'first');
  second = await issuer('RS256', 'second');
  server = createServer((_, response) => {
    asked++;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});

afterAll(() => {
  server.close();
});

beforeEach(() => {
  asked = 0;
});

async function issuer(alg: string, kid: string): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign: (header, claims) => sign(privateKey, { alg, kid, ...header }, claims),
  };
}

async function sign(
  key: CryptoKey | Uint8Array,
  { alg, kid }: { alg: string; kid?: string | undefined },
  claims: object = {},
): Promise<string> {
  const right = { iss: 'issuer', aud: 'audience', sub: 'ada', role: 'user' };
  return new SignJWT({ ...right, ...claims })
    .setProtectedHeader(kid === undefined ? { alg } : { alg, kid })
    .setExpirationTime('1 minute')
    .sign(key);
}

function setOf(...keys: JWK[]): string {
  return JSON.stringify({ keys });
}

function url(): URL {
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
}

function trusting(key: KeySet): BootstrapTokens {
  return new BootstrapTokens({
    issuer: 'issuer',
    audience: 'audience',
    key,
    defaultRole: null,
    authorizedEmails: ['*'],
    clock: systemClock,
  });
}

const ada = { username: 'ada', role: 'user', authMethod: 'BootstrapToken' };
const refusal = (said: string) => ({
  kind: 'unauthenticated',
  message: expect.stringContaining(`The token given as password ${said}`) as unknown,
});

describe('a key set that is fetched', () => {
  it('is fetched once, when the first token comes', async () => {
    answer = { status: 200, body: setOf(first.jwk, second.jwk) };
    const tokens = trusting(fetchedKeySet(url()));
    expect(asked).toBe(0);
    for (const { sign: signed } of [first, second, first]) {
      expect(await tokens.verify(await signed())).toEqual(ada);
    }
    expect(asked).toBe(1);
  });

  it('is fetched again when a token names a key that is new, but not for every made-up name', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      answer = { status: 200, body: setOf(first.jwk) };
      const tokens = trusting(fetchedKeySet(url()));
      const known = await first.sign();
      const unknown = await second.sign({}, { exp: Math.floor(Date.now() / 1000) + 3600 });
      expect(await tokens.verify(known)).toEqual(ada);
      for (let i = 0; i < 3; i++) {
        await expect(tokens.verify(unknown)).rejects.toMatchObject(
          refusal('is signed with a key that --token-jwks-uri does not list'),
        );
      }
      expect(asked).toBe(1);
      answer = { status: 200, body: setOf(second.jwk) };
      vi.setSystemTime(Date.now() + 31_000);
      expect(await tokens.verify(await second.sign())).toEqual(ada);
      expect(asked).toBe(2);
      await expect(tokens.verify(await first.sign())).rejects.toMatchObject(
        refusal('is signed with a key that'),
      );
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['an error', 500, ''],
    ['no JSON', 200, 'keys'],
    ['no key set', 200, '{}'],
    ['a way to elsewhere', 302, ''],
  ])('refuses tokens, and recovers, when the issuer answers with %s', async (_, status, body) => {
    const tokens = trusting(fetchedKeySet(url()));
    answer = { status, body };
    await expect(tokens.verify(await first.sign())).rejects.toMatchObject(
      refusal('cannot be checked, because the keys of --token-jwks-uri cannot be had: '),
    );
    answer = { status: 200, body: setOf(first.jwk) };
    expect(await tokens.verify(await first.sign())).toEqual(ada);
  });

  it('refuses tokens while the issuer cannot be reached', async () => {
    const tokens = trusting(fetchedKeySet(new URL('http://127.0.0.1:1/keys')));
    await expect(tokens.verify(await first.sign())).rejects.toMatchObject(
      refusal('cannot be checked'),
    );
  });

  it('asks nobody about what is no token', async () => {
    answer = { status: 200, body: setOf(first.jwk) };
    const tokens = trusting(fetchedKeySet(url()));
    await expect(tokens.verify('secret')).rejects.toMatchObject(refusal('is not a JSON Web Token'));
    expect(asked).toBe(0);
  });
});

describe('the keys of a set', () => {
  it.each(keySetAlgorithms)('may sign with %s', async (alg) => {
    const { jwk, sign: signed } = await issuer(alg, 'a key');
    const tokens = trusting(readKeySet(setOf(first.jwk, jwk)));
    expect(await tokens.verify(await signed())).toEqual(ada);
  });

  it('may sign with nothing else: no shared secret, not the public key, no other algorithm', async () => {
    const secret = new Uint8Array(32).fill(7);
    const oct = {
      kty: 'oct',
      k: Buffer.from(secret).toString('base64url'),
      kid: 's',
      alg: 'HS256',
    };
    const tokens = trusting(readKeySet(setOf(first.jwk, oct)));
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    const pem = new TextEncoder().encode(await exportSPKI(publicKey));
    const { sign: byPss } = await issuer('PS256', 'first');
    for (const token of [
      await sign(secret, { alg: 'HS256', kid: 's' }),
      await sign(pem, { alg: 'HS256', kid: 'first' }),
      await byPss(),
    ]) {
      await expect(tokens.verify(token)).rejects.toMatchObject(refusal('is not signed with RS256'));
    }
  });

  it('are told apart by their names', async () => {
    const tokens = trusting(readKeySet(setOf(first.jwk, second.jwk)));
    await expect(tokens.verify(await first.sign({ kid: undefined }))).rejects.toMatchObject(
      refusal('does not say which of the keys of --token-jwks-uri it is signed with'),
    );
    await expect(tokens.verify(await first.sign({ kid: 'second' }))).rejects.toMatchObject(
      refusal('bears a signature that does not fit its key of --token-jwks-uri'),
    );
    const only = trusting(readKeySet(setOf(first.jwk)));
    expect(await only.verify(await first.sign({ kid: undefined }))).toEqual(ada);
  });

  it.each([
    [{ iss: 'another' }, 'fails the check of its claim iss'],
    [{ aud: 'another' }, 'fails the check of its claim aud'],
    [{ role: 'root' }, 'names the role "root"'],
  ])('vouch for the signature only: %j is refused', async (claims, said) => {
    const tokens = trusting(readKeySet(setOf(first.jwk)));
    await expect(tokens.verify(await first.sign({}, claims))).rejects.toMatchObject(refusal(said));
  });
});
