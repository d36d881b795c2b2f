import type { KeyObject } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { roles } from './access/identity.js';
import { fetchedKeySet, readKeySet } from './access/key-set.js';
import type { KeySet } from './access/key-set.js';
import { readVerificationKey } from './access/verification-key.js';
import type { BootstrapTokenConfig } from './config.js';
import { Failure } from './errors.js';
import type { Settings } from './settings.js';

const issuerFlag = '--token-allowed-issuer';
const audienceFlag = '--token-allowed-audience';
const certFlag = '--token-signature-verify-cert-path';
const keySetFlag = '--token-jwks-uri';
const roleFlag = '--token-default-role';
const emailsFlag = '--token-authorized-emails';

/**
 * The tokens of other issuers that the server accepts; null if no such setting is given. Throws
 * Failure('invalid-argument'), also if some required settings are missing, because an incomplete check would
 * be unsafe.
 */
export function readBootstrapTokenConfig(settings: Settings): BootstrapTokenConfig | null {
  const issuer = settings.text(issuerFlag);
  const audience = settings.text(audienceFlag);
  const defaultRole = settings.choice(roleFlag, roles) ?? null;
  const authorizedEmails = readPatterns(settings);
  const key = readKeys(settings);
  if (issuer !== undefined && audience !== undefined && key !== undefined) {
    return { issuer, audience, key, defaultRole, authorizedEmails };
  }
  const values = {
    [issuerFlag]: issuer,
    [audienceFlag]: audience,
    [`${certFlag} or ${keySetFlag}`]: key,
  };
  const missing = Object.entries(values).flatMap(([flag, value]) =>
    value === undefined ? flag : [],
  );
  const given = [issuerFlag, audienceFlag, certFlag, keySetFlag, roleFlag, emailsFlag].find(
    (flag) => settings.text(flag) !== undefined,
  );
  if (given === undefined) {
    return null;
  }
  throw settings.wrong(given, `needs ${missing.join(' and ')} as well`);
}

function readPatterns(settings: Settings): readonly string[] {
  const patterns = (settings.text(emailsFlag) ?? '*').split(',').map((text) => text.trim());
  if (patterns.includes('')) {
    throw settings.wrong(
      emailsFlag,
      "must be patterns such as '*@example.com', with commas between them",
    );
  }
  return patterns;
}

/** The key that verifies signatures. A certificate takes precedence over a key set, as in GizmoSQL. */
function readKeys(settings: Settings): KeyObject | KeySet | undefined {
  const certPath = settings.text(certFlag);
  const uri = settings.text(keySetFlag);
  const keySet = uri === undefined ? undefined : readSet(settings, uri);
  return certPath === undefined
    ? keySet
    : readFrom(settings, certFlag, certPath, readVerificationKey);
}

function readSet(settings: Settings, uri: string): KeySet {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (url === null || !['http:', 'https:', 'file:'].includes(url.protocol)) {
    const right = 'it must be an http, https or file URI of a JSON Web Key Set';
    throw settings.wrong(keySetFlag, `is '${uri}'; ${right}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw settings.wrong(keySetFlag, 'cannot hold a user name or a password');
  }
  return url.protocol === 'file:' ? readFile(settings, url) : fetchedKeySet(url);
}

function readFile(settings: Settings, url: URL): KeySet {
  let path: string;
  try {
    path = fileURLToPath(url);
  } catch (cause) {
    throw settings.wrong(
      keySetFlag,
      `is '${url.href}', which names no file of this machine`,
      cause,
    );
  }
  return readFrom(settings, keySetFlag, path, readKeySet);
}

function readFrom<T>(
  settings: Settings,
  flag: string,
  path: string,
  parse: (text: string) => T,
): T {
  const text = settings.read(flag, path).toString('utf8');
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof Failure
      ? settings.wrong(flag, `names '${path}', which is of no use: ${error.message}`, error)
      : error;
  }
}
