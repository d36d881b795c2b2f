import type { KeyObject } from 'node:crypto';
import { roles } from './access/identity.js';
import { readVerificationKey } from './access/verification-key.js';
import type { BootstrapTokenConfig } from './config.js';
import { Failure } from './errors.js';
import type { Settings } from './settings.js';

const issuerFlag = '--token-allowed-issuer';
const audienceFlag = '--token-allowed-audience';
const certFlag = '--token-signature-verify-cert-path';
const roleFlag = '--token-default-role';

/**
 * Which tokens of other issuers the server trusts; null when no such setting is
 * given. Throws Failure('invalid-argument'), also when some are given and
 * others missing: half a check is none.
 */
export function readBootstrapTokenConfig(settings: Settings): BootstrapTokenConfig | null {
  const issuer = settings.text(issuerFlag);
  const audience = settings.text(audienceFlag);
  const certPath = settings.text(certFlag);
  const defaultRole = settings.choice(roleFlag, roles);
  if (issuer !== undefined && audience !== undefined && certPath !== undefined) {
    const key = readKey(settings, certPath);
    return { issuer, audience, certPath, key, defaultRole: defaultRole ?? null };
  }
  const values = { [issuerFlag]: issuer, [audienceFlag]: audience, [certFlag]: certPath };
  const missing = Object.entries(values).flatMap(([flag, value]) =>
    value === undefined ? flag : [],
  );
  const given = [issuerFlag, audienceFlag, certFlag, roleFlag].find(
    (flag) => settings.text(flag) !== undefined,
  );
  if (given === undefined) {
    return null;
  }
  throw settings.wrong(given, `needs ${missing.join(' and ')} as well`);
}

function readKey(settings: Settings, certPath: string): KeyObject {
  const pem = settings.read(certFlag, certPath).toString('utf8');
  try {
    return readVerificationKey(pem);
  } catch (error) {
    throw error instanceof Failure
      ? settings.wrong(certFlag, `names '${certPath}', which is of no use: ${error.message}`, error)
      : error;
  }
}
