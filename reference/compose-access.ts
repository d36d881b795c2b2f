import { homedir } from 'node:os';
import { join } from 'node:path';
import { Authenticator } from './access/authenticator.js';
import { BootstrapTokens } from './access/bootstrap-tokens.js';
import { createGuard } from './access/engine-guard.js';
import type { Guard } from './access/guard.js';
import { withoutLogFiles } from './access/limited-guard.js';
import { Passwords } from './access/passwords.js';
import { ProtectedFiles } from './access/protected-files.js';
import { SessionTokens } from './access/session-tokens.js';
import type { Config } from './config.js';
import type { Instrumentation } from './open-instrumentation.js';
import type { ServerContext } from './server-context.js';
import { serverFiles } from './server-files.js';
import { unchanged } from './server-parts.js';

/** Checks logins by password, by this server's tokens, and by tokens of another issuer. */
export function composeAuthenticator({ config, clock, instanceId }: ServerContext): Authenticator {
  const { username, password, secretKey, allowCrossInstanceTokens, bootstrapTokens } = config;
  return new Authenticator({
    passwords: new Passwords(username, password),
    sessionTokens: new SessionTokens({ secretKey, instanceId, allowCrossInstanceTokens, clock }),
    bootstrapTokens: bootstrapTokens && new BootstrapTokens({ ...bootstrapTokens, clock }),
  });
}

/** Decides which statements a session may run. */
export function composeGuard(
  { config, parts }: ServerContext,
  instrumentation: Instrumentation,
): Guard {
  const guard = createGuard(instrumentation.rules, protectedFiles(config, instrumentation));
  const limited = config.allowedDirectories === null ? guard : withoutLogFiles(guard);
  return (parts.guard ?? unchanged)(limited);
}

/**
 * The files that no statement may read or write: the server's open files, the files it was told to read, and
 * DuckDB's stored secrets.
 */
function protectedFiles(config: Config, { files, folders }: Instrumentation): ProtectedFiles {
  const secrets = join(homedir(), '.duckdb', 'stored_secrets');
  return new ProtectedFiles([...serverFiles(config), ...files], [...folders, secrets]);
}
