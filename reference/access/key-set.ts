import { createLocalJWKSet, createRemoteJWKSet, errors } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { Failure } from '../errors.js';

/** Finds the public key that a token names in an issuer's key set (JWKS). */
export type KeySet = JWTVerifyGetKey;

/** The accepted signature algorithms of a key set: asymmetric ones only. */
export const keySetAlgorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const;

/** Maximum age of fetched keys. An unknown key id triggers an immediate fetch, limited by `pauseMs`. */
const cacheMs = 300_000;
/** Minimum time between two fetches, so that forged key ids cannot cause many fetches. */
const pauseMs = 30_000;
const patienceMs = 5_000;

/** The key set at an http or https URL. It is fetched when the first token arrives. */
export function fetchedKeySet(url: URL): KeySet {
  return createRemoteJWKSet(url, {
    cacheMaxAge: cacheMs,
    cooldownDuration: pauseMs,
    timeoutDuration: patienceMs,
  });
}

/**
 * Parses the text of a key set file. Throws Failure('invalid-argument') that describes the error in the text
 * but does not name the file.
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
