import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { TlsConfig } from './config.js';
import type { Settings } from './settings.js';

const tlsFlag = '--tls';
const mtlsFlag = '--mtls-ca-cert-filename';

/**
 * The TLS settings and the contents of their files; null without --tls. Throws Failure('invalid-argument').
 */
export function readTlsConfig(settings: Settings): TlsConfig | null {
  const paths = settings.texts(tlsFlag);
  const caCertPath = settings.text(mtlsFlag);
  if (paths === undefined) {
    if (caCertPath !== undefined) {
      throw settings.wrong(mtlsFlag, 'needs --tls CERT KEY as well');
    }
    return null;
  }
  const [certPath, keyPath] = paths;
  if (paths.length !== 2 || !certPath || !keyPath) {
    throw settings.wrong(
      tlsFlag,
      `takes two files, a certificate and its key: --tls cert.pem key.pem (${paths.length} given)`,
    );
  }
  const certificate = settings.read(tlsFlag, certPath);
  const key = settings.read(tlsFlag, keyPath);
  try {
    createSecureContext({ cert: certificate, key });
  } catch (cause) {
    throw settings.wrong(
      tlsFlag,
      `names '${certPath}' and '${keyPath}', which are not a PEM certificate and its key: ${reason(cause)}`,
      cause,
    );
  }
  return { certPath, keyPath, certificate, key, mtls: readMtls(settings, caCertPath) };
}

function readMtls(settings: Settings, caCertPath: string | undefined): TlsConfig['mtls'] {
  if (caCertPath === undefined) {
    return null;
  }
  const caCertificate = settings.read(mtlsFlag, caCertPath);
  try {
    new X509Certificate(caCertificate);
  } catch (cause) {
    throw settings.wrong(
      mtlsFlag,
      `names '${caCertPath}', which is not a PEM certificate: ${reason(cause)}`,
      cause,
    );
  }
  return { caCertPath, caCertificate };
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
