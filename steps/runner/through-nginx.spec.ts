import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../fixtures/catalogue/catalogue.js';
import { makeCertificates } from '../../fixtures/surroundings/certificates.js';
import type { CertificateFiles } from '../../fixtures/surroundings/certificates.js';
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

/** The connection as the server sees it is the proxy's. */
const hidden = ['instances.port', 'instances.tls_enabled', 'sessions.connection_protocol'];
/**
 * Two sessions have one peer when nginx takes the same connection for both, and two when that connection
 * is still busy with a call: both verdicts are right.
 */
const hiddenByChance = ['sessions.peer'];
const chapters = [
  ...['overview.', 'sessions.', 'kill.', 'sql_executions.status'],
  ...['instances.', 'example.', 'async.'],
];
const requirements = loadCatalogue()
  .ever.requirements.map(({ id }) => id)
  .filter((id) => chapters.some((chapter) => id.startsWith(chapter)));

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

  /** Runs the suite at an endpoint; resolves to the exit code and the report. */
  async function judge(
    endpoint: string,
    only: readonly string[],
    more: readonly string[] = [],
  ): Promise<{ code: number; report: ConformanceReport }> {
    const { credentials } = server.address;
    for (const role of ['user', 'readonly'] as const) {
      writeFileSync(join(folder, role), credentials[role]?.password ?? '');
    }
    const child = spawn(
      process.execPath,
      [
        ...[program, 'run', '--report', 'out', '--quiet', '--property-runs', '3'],
        ...['--endpoint', endpoint, ...more],
        ...['--user-token-file', 'user', '--readonly-token-file', 'readonly'],
        ...['--only', ...only],
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
    return { code, report: JSON.parse(text) as ConformanceReport };
  }

  it('the suite blames nobody for what the proxy hides', { timeout: 400_000 }, async () => {
    const endpoint = `grpc+tls://localhost:${proxy.port}`;
    const { code, report } = await judge(endpoint, requirements, [
      '--ca-certificate',
      certificates.caCertificate,
    ]);
    expect(report.complete).toBe(true);
    expect(report.requirements.map(({ id }) => id)).toEqual(requirements);
    const verdicts = report.requirements.map(({ id, status, reason = '' }) => {
      // What takes a server of other settings cannot be tested at an endpoint.
      const elsewhere = status === 'untestable' && !/may stand between/.test(reason);
      return [id, elsewhere ? 'elsewhere' : status];
    });
    const others = verdicts.filter(([, verdict]) => !/^(passed|elsewhere)$/.test(verdict ?? ''));
    const byChance = others.filter(([id = '']) => hiddenByChance.includes(id));
    expect(byChance.map(([, verdict]) => verdict)).not.toContain('failed');
    expect(
      others.filter((verdict) => !byChance.includes(verdict)).map((verdict) => verdict.join(' ')),
    ).toEqual(requirements.filter((id) => hidden.includes(id)).map((id) => `${id} untestable`));
    for (const id of ['overview.sessions', 'sessions.status', 'kill.cancels-queries']) {
      expect(verdicts).toContainEqual([id, 'passed']);
    }
    expect(report.notes).toContain('no session and no query of the suite is left at the endpoint');
    expect(code).toBe(0);
  });

  it('a mapped port is not held against the server, unless nothing is said to stand between', async () => {
    const mapped = createServer((socket) => {
      const onward = connect(server.address.port, '127.0.0.1');
      socket.pipe(onward).pipe(socket);
      for (const each of [socket, onward]) {
        each.on('error', () => {
          socket.destroy();
          onward.destroy();
        });
      }
    }).listen(0, '127.0.0.1');
    await once(mapped, 'listening');
    const endpoint = `grpc://127.0.0.1:${(mapped.address() as AddressInfo).port}`;
    const only = [
      'instances.port',
      'instances.tls_enabled',
      'sessions.user_agent',
      'sessions.peer',
    ];
    const statuses = async (...more: string[]) => {
      const { report } = await judge(endpoint, only, more);
      // Of servers of its own each of the first two has more scenarios.
      return report.requirements.map(({ scenarios: [first] }) => first?.status);
    };
    expect(await statuses()).toEqual(['untestable', 'passed', 'passed', 'passed']);
    expect(await statuses('--direct')).toEqual(['failed', 'passed', 'passed', 'passed']);
    mapped.close();
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
