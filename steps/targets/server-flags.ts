import type { ServerPaths, ServerSettings } from './target.js';

/** The issuer of the bootstrap tokens that a server accepts. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** PEM file. */
  readonly certificatePath: string;
}

/** The default address of servers: no other machine can reach it. */
export const loopback = '127.0.0.1';

/** The command line flags for these settings. Port 0 lets the server pick a port. */
export function serverFlags(
  settings: ServerSettings,
  {
    port,
    paths,
    tokens,
    username,
  }: { port: number; paths: ServerPaths; tokens: TokenIssuer; username: string },
): string[] {
  const flag = (name: string, ...values: (string | number | boolean | null | undefined)[]) => {
    const given = values.filter((value) => value !== undefined && value !== null);
    return given.length === values.length ? [`--${name}`, ...given.map(String)] : [];
  };
  const { instrumentation = true, hostname = loopback } = settings;
  return [
    ...flag('port', port),
    ...flag('username', username),
    ...flag('health-port', 0),
    ...flag('log-format', settings.logFormat ?? 'json'),
    ...flag('token-signature-verify-cert-path', tokens.certificatePath),
    ...flag('token-allowed-issuer', tokens.issuer),
    ...flag('token-allowed-audience', tokens.audience),
    ...flag('hostname', hostname),
    ...flag('database-filename', paths.database),
    ...flag('tls', paths.certificate, paths.key),
    ...flag('mtls-ca-cert-filename', paths.clientAuthority),
    ...flag('query-timeout', settings.queryTimeoutSeconds),
    ...flag('init-sql-commands', settings.initSql),
    ...(instrumentation === 'default' ? [] : flag('enable-instrumentation', instrumentation)),
    ...(settings.readonly === true ? flag('readonly') : []),
    ...(settings.arguments ?? []),
  ];
}
