import { createLocalJWKSet, createRemoteJWKSet, errors } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { Failure } from '../errors.js';

/** Finds in an issuer's key set (JWKS) the public key that a token names. */
export type KeySet = JWTVerifyGetKey;

/** What the keys of a set may sign with: asymmetric algorithms only. */
export const keySetAlgorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const;

/** Keys are fetched again after this time; a key that is not among them, at once. */
const cacheMs = 300_000;
/** But not more often than this, whatever tokens clients make up. */
const pauseMs = 30_000;
const patienceMs = 5_000;

/** The key set at an http or https URL. It is fetched when the first token comes, not before. */
export function fetchedKeySet(url: URL): KeySet {
  return createRemoteJWKSet(url, {
    cacheMaxAge: cacheMs,
    cooldownDuration: pauseMs,
    timeoutDuration: patienceMs,
  });
}

/**
 * The key set that is the text of a file. Throws Failure('invalid-argument') that
 * says what is wrong with the text but not where it came from.
 */
export function readKeySet(text: string): KeySet {
  try {
    return createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof errors.JWKSInvalid) {
      throw new Failure('invalid-argument', 'it is no JSON Web Key Set', { cause });
    }
    throw cause;
  }
}
