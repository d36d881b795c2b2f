import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates } from '../../fixtures/certificates.js';
import type { CertificateFiles } from '../../fixtures/certificates.js';
import { findNginx } from '../../fixtures/surroundings/nginx.js';
import type { Nginx } from '../../fixtures/surroundings/nginx.js';
import type { ConformanceReport } from '../../reports/model.js';
import { logIn } from '../client/login.js';
import { packCommand } from '../../protocol/command.js';
import { CommandStatementQuerySchema } from '../../protocol/gen/flight_sql_pb.js';
import { fetchTable } from '../client/results.js';
import { Transport } from '../client/transport.js';
import { ReferenceTarget } from '../targets/reference.js';
import type { OwnedServer } from '../targets/target.js';

const program = fileURLToPath(new URL('../../bin/gizmosql-conformance.js', import.meta.url));

const found = findNginx();
const skipped = !found.available && process.env['CI'] === undefined;
const why = skipped ? `: skipped, ${found.reason}` : '';

/** Said of the connection to the client, where the server's own ends at the proxy. */
const hidden = ['sessions.connection_protocol'];

const target = new ReferenceTarget();
let folder: string;
let server: OwnedServer;
let certificates: CertificateFiles;
let proxy: Nginx;

describe.skipIf(skipped)(`behind nginx, where TLS ends${why}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'through-nginx-'));
    certificates = await makeCertificates(folder, 'nobody');
    server = await target.start();
    proxy = await putNginxBefore();
  }, 60_000);

  afterAll(async () => {
    await proxy.stop();
    await server.dispose();
    target.dispose();
    rmSync(folder, { recursive: true });
  });

  function putNginxBefore(): Promise<Nginx> {
    if (!found.available) {
      throw new Error(found.reason);
    }
    return found.start({
      serverPort: server.address.port,
      certificate: certificates.serverCertificate,
      key: certificates.serverKey,
    });
  }

  function client(): Transport {
    const caCertificate = readFileSync(certificates.caCertificate, 'utf8');
    return new Transport({ host: 'localhost', port: proxy.port, tls: { caCertificate } });
  }

  async function ask(transport: Transport, query: string): Promise<unknown[][]> {
    const command = packCommand(CommandStatementQuerySchema, { query });
    const { rows } = await fetchTable(transport, await transport.getFlightInfo(command));
    return rows.map((row) => [...row]);
  }

  it('the suite passes but for what the proxy hides', { timeout: 240_000 }, async () => {
    const { credentials } = server.address;
    for (const role of ['user', 'readonly'] as const) {
      writeFileSync(join(folder, role), credentials[role]?.password ?? '');
    }
    writeFileSync(join(folder, 'hidden'), hidden.join('\n'));
    const ids = ['overview.', 'sessions.', 'kill.', 'sql_executions.status', 'internal.tables'];
    const child = spawn(
      process.execPath,
      [
        ...[program, 'run', '--report', 'out', '--quiet', '--property-runs', '3'],
        ...['--endpoint', `grpc+tls://localhost:${proxy.port}`],
        ...['--ca-certificate', certificates.caCertificate],
        ...['--user-token-file', 'user', '--readonly-token-file', 'readonly'],
        ...['--known-failures', 'hidden', '--only', ...ids],
      ],
      {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: process.env['HOME'],
          GIZMOSQL_CONFORMANCE_PASSWORD: credentials.admin?.password,
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const [code] = (await once(child, 'close')) as [number];
    const text = readFileSync(join(folder, 'out', 'conformance.json'), 'utf8');
    const { complete, requirements } = JSON.parse(text) as ConformanceReport;
    const withStatus = (wanted: string) =>
      requirements.filter(({ status }) => status === wanted).map(({ id }) => id);
    expect({ complete, failed: withStatus('failed'), error: withStatus('error') }).toEqual({
      complete: true,
      failed: hidden,
      error: [],
    });
    expect(withStatus('passed')).toEqual(
      expect.arrayContaining(['overview.sessions', 'sessions.status', 'kill.cancels-queries']),
    );
    expect(code).toBe(0);
  });

  it('a session outlives the proxy itself', { timeout: 60_000 }, async () => {
    const { username = '', password = '' } = server.address.credentials.admin ?? {};
    const before = client();
    await logIn(before, { username, password });
    await ask(before, 'CREATE TEMP TABLE kept AS SELECT 7 AS x');
    // Side by side, so over several connections of the proxy's to the server.
    const rows = await Promise.all(Array.from({ length: 20 }, () => ask(before, 'FROM kept')));
    expect(rows).toEqual(Array.from({ length: 20 }, () => [[7]]));
    const own = 'SELECT GIZMOSQL_CURRENT_SESSION()';
    const id = await ask(before, own);
    await proxy.stop();
    await expect(ask(before, own)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    proxy = await putNginxBefore();
    const after = client();
    after.authorization = before.authorization;
    expect(await ask(after, own)).toEqual(id);
    expect(await ask(after, 'FROM kept')).toEqual([[7]]);
    await after.doAction('CloseSession');
    before.close();
    after.close();
  });
});
