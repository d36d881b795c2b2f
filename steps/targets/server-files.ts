import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeCertificates } from '../../fixtures/surroundings/certificates.js';
import type { ServerPaths, ServerSettings, TlsMaterial } from './target.js';

const clientName = 'conformance-client';

/** Creates the files for a server with these settings in `folder`; returns what its clients need. */
export async function prepareFiles(
  settings: ServerSettings,
  folder: string,
): Promise<{ paths: ServerPaths; tls?: TlsMaterial }> {
  const filename = settings.databaseFilename === undefined ? 'main.db' : settings.databaseFilename;
  const database = filename === null ? {} : { database: resolve(folder, filename) };
  if (settings.tls === undefined || settings.tls === 'none') {
    return { paths: database };
  }
  const made = await makeCertificates(folder, clientName);
  const paths = { ...database, certificate: made.serverCertificate, key: made.serverKey };
  const caCertificate = readFileSync(made.caCertificate, 'utf8');
  if (settings.tls === 'tls') {
    return { paths, tls: { caCertificate } };
  }
  return {
    paths: { ...paths, clientAuthority: made.caCertificate },
    tls: {
      caCertificate,
      clientCertificate: readFileSync(made.clientCertificate, 'utf8'),
      clientKey: readFileSync(made.clientKey, 'utf8'),
      clientName,
    },
  };
}
