import { Command, InvalidArgumentError } from 'commander';
import { isFrom, parseRelease } from '../../fixtures/catalogue/release.js';
import { automatic } from './choose-revision.js';
import {
  onOff,
  seconds,
  text,
  texts,
  toOption,
  wholeNumber,
  withDefault,
  withSample,
  withShownDefault,
  words,
} from './flag.js';
import type { AnyFlag, Values } from './flag.js';
import { settingsFile, variablePrefix } from './settings.js';

/** The first release with session instrumentation that the suite has a specification of. */
const oldest = '1.17';
/** Scenarios mostly wait for the server, so two of them keep one core busy. */
const defaultWorkers = 2;
const mostWorkers = 64;
/** Enough to find obvious faults, within a few seconds in total. */
export const defaultPropertyRuns = 30;
const mostPropertyRuns = 1_000_000;
const mostSeed = 2 ** 31 - 1;

const server = {
  endpoint: withSample(
    text('url', 'a server that runs: grpc://host:port or grpc+tls://host:port'),
    {
      value: 'grpc+tls://localhost:31337',
      inForce: true,
      targets: ['endpoint'],
    },
  ),
  command: withSample(text('program', 'a program to start, with arguments: "gizmosql_server -v"'), {
    value: 'gizmosql_server',
    inForce: true,
    targets: ['command', 'image'],
  }),
  image: withSample(text('name', 'a container image to start; --command is then a program in it'), {
    value: 'gizmodata/gizmosql:latest',
    inForce: true,
    targets: ['image'],
  }),
  argument: withSample(texts('text', 'another argument for --command or --image'), {
    value: ['--print-queries=true'],
    targets: ['command', 'image'],
  }),
  env: withSample(
    texts('NAME=VALUE', 'a variable for --command or --image; NAME alone passes on your own'),
    {
      value: ['SOME_VARIABLE'],
      targets: ['command', 'image'],
    },
  ),
  license: withSample(text('file', 'the licence file for a server that the suite starts'), {
    value: '/etc/gizmosql/license.jwt',
    targets: ['command', 'image'],
  }),
  username: withSample(text('name', 'the user name of the admin, wherever the server comes from'), {
    value: 'gizmosql_username',
    inForce: true,
    targets: ['endpoint'],
  }),
  direct: withSample(
    onOff(
      'nothing stands between the suite and --endpoint or --image: no mapped port, no TLS terminator, no proxy',
    ),
    { value: 'true', targets: ['endpoint'] },
  ),
  instrumentationCatalog: withSample(
    text(
      'name',
      'the catalog in which --endpoint keeps its records; other servers get a DuckLake of that name',
      toCatalog,
    ),
    { value: 'instr_ducklake' },
  ),
};

/** A flag for endpoints, of which `init` writes a comment there. */
function forEndpoint<F extends AnyFlag>(flag: F, value: string): F {
  return withSample(flag, { value, targets: ['endpoint'] });
}

const login = {
  passwordFile: forEndpoint(text('file', "the admin's password"), 'secrets/password'),
  adminTokenFile: forEndpoint(
    text('file', 'a bootstrap token of the role admin'),
    'secrets/admin.jwt',
  ),
  userTokenFile: forEndpoint(
    text('file', 'a bootstrap token of the role user'),
    'secrets/user.jwt',
  ),
  readonlyTokenFile: forEndpoint(
    text('file', 'a bootstrap token of the role readonly'),
    'secrets/readonly.jwt',
  ),
  tokenKey: forEndpoint(
    text('file', 'an RSA key, PEM, with which to sign tokens for the roles'),
    'secrets/issuer-key.pem',
  ),
  tokenIssuer: forEndpoint(
    text('text', 'the issuer that the signed tokens name'),
    'https://issuer.example',
  ),
  tokenAudience: forEndpoint(
    text('text', 'the audience that the signed tokens name'),
    'https://gizmosql.example',
  ),
  caCertificate: forEndpoint(
    text('file', "the certificate of the authority that signed the server's, PEM"),
    'ca.pem',
  ),
  clientCertificate: forEndpoint(
    text('file', 'the certificate that the suite shows to the server, PEM'),
    'client.pem',
  ),
  clientKey: forEndpoint(text('file', 'the key of the client certificate, PEM'), 'client-key.pem'),
  skipVerify: forEndpoint(onOff("do not check the server's certificate"), 'true'),
};

const what = {
  only: withSample(
    words(
      'id',
      'only these requirements: ids, or the beginning of some; id/3 is the third scenario of one',
    ),
    {
      value: ['kill', 'protect.delete'],
    },
  ),
  spec: withDefault(
    text(
      'version',
      "the revision or release of GizmoSQL to hold it to; auto: that of the server's own version",
      toSpecification,
    ),
    automatic,
  ),
  seed: wholeNumber('repeat the order and the values of an earlier run', 0, mostSeed),
  parallel: withShownDefault(
    wholeNumber('how many scenarios run at a time', 1, mostWorkers),
    defaultWorkers,
  ),
  timeout: withShownDefault(seconds('how long the server may take to answer a call'), 30),
  visibility: withShownDefault(seconds('how long a record may take to become visible'), 10),
  propertyRuns: withShownDefault(
    wholeNumber('how many generated cases each property tries', 1, mostPropertyRuns),
    defaultPropertyRuns,
  ),
  failFast: onOff('stop at the first failure; such a run is incomplete'),
  strict: withSample(onOff('what cannot be tested counts as a failure'), { value: 'true' }),
  knownFailures: withSample(
    text('file', 'ids that may fail, one a line, # begins a comment; they are still run'),
    { value: 'known-failures.txt' },
  ),
  flaky: withSample(text('file', 'ids that may fail or pass, in the same form'), {
    value: 'flaky.txt',
  }),
  settings: text('file', `settings to read instead of ${settingsFile}`),
};

const output = {
  report: withShownDefault(text('folder', 'where the reports go'), 'reports/out'),
  quiet: onOff('print the summary only'),
};

/** The flags of `run` under their headings. */
export const flagGroups = {
  'The server to judge; the reference server of this package if none is given:': server,
  'How to log in at --endpoint:': login,
  'What to run, and how:': what,
  'What comes out:': output,
} satisfies Record<string, Record<string, AnyFlag>>;

export const runFlags = { ...server, ...login, ...what, ...output };

/**
 * The values of the flags of `run`, from the command line, variables and the settings file. Only the syntax
 * has been checked: no file was read.
 */
export type RunFlags = Values<typeof runFlags>;

/** The command `run` with its flags, without an action. */
export function runCommand(): Command {
  const command = new Command('run').description(
    'run the scenarios against a server, by default the reference server, and write the report',
  );
  for (const [heading, flags] of Object.entries(flagGroups)) {
    for (const [name, flag] of Object.entries<AnyFlag>(flags)) {
      command.addOption(toOption(name, flag).helpGroup(heading));
    }
  }
  return command.addHelpText('after', settingsHelp);
}

const settingsHelp = `
A flag beats its variable (--known-failures: ${variablePrefix}KNOWN_FAILURES), and a variable
beats the settings file, where the same names stand without dashes in front. Secrets come from a file or
from ${variablePrefix}PASSWORD, _ADMIN_TOKEN, _USER_TOKEN and _READONLY_TOKEN.`;

function toCatalog(name: string): string {
  if (!/^[a-z_][a-z0-9_]*$/i.test(name)) {
    throw new InvalidArgumentError('It must be a name of letters, digits and underscores.');
  }
  return name;
}

/** Reads a value of `--spec`: `auto`, or a release without the `v` that may stand in front. */
export function toSpecification(given: string): string {
  const release = given.replace(/^v/, '');
  if (given !== automatic && (parseRelease(given) === undefined || !isFrom(release, oldest))) {
    throw new InvalidArgumentError(
      `It must be ${automatic}, or a revision or release of GizmoSQL from ${oldest} on, such as 1.21 or 1.36.`,
    );
  }
  return release;
}
