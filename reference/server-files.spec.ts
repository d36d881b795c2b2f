import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates } from '../fixtures/surroundings/certificates.js';
import type { CertificateFiles } from '../fixtures/surroundings/certificates.js';
import { makeTokenSigner } from '../fixtures/surroundings/token-signer.js';
import { readConfig } from './read-config.js';
import { serverFiles } from './server-files.js';

let folder: string;
let pem: CertificateFiles;
let issuer: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'server-files-'));
  pem = await makeCertificates(folder, 'a client');
  issuer = (await makeTokenSigner(folder)).certificatePath;
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const filesOf = (...argv: string[]) =>
  serverFiles(readConfig(['--password=x', ...argv])).toSorted();
const database = (path: string) => [
  path,
  `${path}.wal`,
  `${path}.wal.checkpoint`,
  `${path}.wal.recovery`,
];

describe('the files of the server', () => {
  it('are those of a server in memory that its standard error or output is written to', () => {
    expect(filesOf()).toEqual(['/dev/stderr']);
    expect(filesOf('--log-file=-')).toEqual(['/dev/stdout']);
  });

  it('are the main database, the log and all that it was told to read', async () => {
    const [sql, keySet] = [join(folder, 'init.sql'), join(folder, 'keys.json')];
    await writeFile(sql, 'SELECT 1');
    await writeFile(keySet, '{"keys":[]}');
    const main = relative('.', join(folder, 'main.db'));
    const tokens = ['--token-allowed-issuer=a', '--token-allowed-audience=b'];
    const argv = [
      ...['-D', main, '--enable-instrumentation=true', `--log-file=${join(folder, 'log')}`],
      ...['-F', sql, '--tls', pem.serverCertificate, pem.serverKey, '-M', pem.caCertificate],
      ...tokens,
    ];
    const expected = [
      ...database(join(folder, 'main.db')),
      ...[join(folder, 'log'), sql],
      ...[pem.serverCertificate, pem.serverKey, pem.caCertificate].map((path) => resolve(path)),
    ];
    expect(filesOf(...argv, `--token-signature-verify-cert-path=${issuer}`)).toEqual(
      [...expected, resolve(issuer)].toSorted(),
    );
    expect(filesOf(...argv, `--token-jwks-uri=${pathToFileURL(keySet).href}`)).toEqual(
      [...expected, keySet].toSorted(),
    );
  });
});
