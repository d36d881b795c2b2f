import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Failure } from '../errors.js';

const leastBits = 2048;

/**
 * Reads the RSA public key of a PEM certificate or PEM public key, for RS256 signatures. Throws
 * Failure('invalid-argument') that describes the error in the text but does not name the file.
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
