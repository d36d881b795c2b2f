import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Failure } from '../errors.js';

const leastBits = 2048;

/**
 * The RSA public key of a PEM certificate or of a PEM public key, to verify RS256
 * signatures with. Throws Failure('invalid-argument') that says what is wrong
 * with the text but not where it came from.
 */
export function readVerificationKey(pem: string): KeyObject {
  if (pem.includes('PRIVATE KEY')) {
    throw unfit('it holds a private key, which only the issuer of tokens should have');
  }
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw unfit('it is neither a PEM certificate nor a PEM public key', cause);
  }
  if (key.asymmetricKeyType !== 'rsa') {
    throw unfit('its key is not an RSA key, which RS256 needs');
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < leastBits) {
    throw unfit(`its RSA key has less than ${leastBits} bits`);
  }
  return key;
}

function unfit(why: string, cause?: unknown): Failure {
  return new Failure('invalid-argument', why, { cause });
}
