import { writeFileSync } from 'node:fs';
import { messageOf } from '../message-of.js';
import { UsageError } from './errors.js';
import { settingsFile, variablePrefix } from './settings.js';

const targets: Readonly<Record<string, string>> = {
  endpoint: `# A server that runs already.
endpoint: grpc+tls://localhost:31337

# The admin. The password is in ${variablePrefix}PASSWORD, or in the file named here.
username: gizmosql_username
# password-file: secrets/password

# The other roles, without which some requirements cannot be tested: a bootstrap token for each ...
# user-token-file: secrets/user.jwt
# readonly-token-file: secrets/readonly.jwt
# ... or the key by which the suite signs tokens for all roles.
# token-key: secrets/issuer-key.pem
# token-issuer: https://issuer.example
# token-audience: https://gizmosql.example

# Where the server's certificate is not of an authority that this system trusts.
# ca-certificate: ca.pem
# client-certificate: client.pem
# client-key: client-key.pem
# skip-verify: true
`,
  command: `# A program that the suite starts by GizmoSQL's own flags and variables, as often as it needs.
command: gizmosql_server

# More arguments, and variables; a name alone passes on what your environment has.
# argument:
#   - --license-key-file=/etc/gizmosql/license.jwt
# env:
#   - SOME_VARIABLE
`,
  image: `# A container image that the suite starts, as often as it needs, in the network of the host.
image: gizmodata/gizmosql:latest

# The program in it, where its own entry point does not take GizmoSQL's flags.
command: gizmosql_server

# More arguments, and variables; a name alone passes on what your environment has.
# argument:
#   - --license-key-file=/license.jwt
# env:
#   - SOME_VARIABLE
`,
  reference: `# No endpoint, command or image: the reference server of this package is judged.
`,
};

const rest = `
# Only some requirements: ids, or the beginning of some.
# only:
#   - kill
#   - protect.delete

# Seconds that a record may take to become visible, and that the server may take to answer a call.
visibility: 10
timeout: 30
# How many generated cases each property tries.
property-runs: 30
# How many scenarios run at a time.
parallel: 2

# Requirements that may fail, one id a line, and others that sometimes do.
# known-failures: known-failures.txt
# flaky: flaky.txt
# What cannot be tested counts as a failure.
# strict: true

report: reports/out
`;

/**
 * Writes a settings file with comments for a kind of target into the working directory, and returns its
 * name. Throws a UsageError for an unknown kind, and unless `force` for a file that is there already.
 */
export function writeSettings(target: string, force: boolean): string {
  const head = targets[target];
  if (head === undefined) {
    throw new UsageError(
      `init ${target}: there is no such target; there are: ${Object.keys(targets).join(', ')}`,
    );
  }
  const introduction = `# Settings of gizmosql-conformance run. A flag or a variable (${variablePrefix}...) of the
# same name beats them. No secrets in here: they come from variables or from files of their own.

`;
  try {
    writeFileSync(settingsFile, introduction + head + rest, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'EEXIST'
        ? `${settingsFile} is there already: init --force writes over it`
        : `${settingsFile} cannot be written: ${messageOf(error)}`,
    );
  }
  return settingsFile;
}
