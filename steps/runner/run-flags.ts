import { Command, InvalidArgumentError, Option } from 'commander';
import { settingsFile, variablePrefix } from './settings.js';

/** What `run` was told, by flags, environment and settings file; nothing is checked that takes a look around. */
export interface RunFlags {
  readonly endpoint?: string;
  readonly command?: string;
  readonly image?: string;
  readonly argument?: readonly string[];
  readonly env?: readonly string[];
  readonly instrumentationCatalog?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly adminTokenFile?: string;
  readonly userTokenFile?: string;
  readonly readonlyTokenFile?: string;
  readonly tokenKey?: string;
  readonly tokenIssuer?: string;
  readonly tokenAudience?: string;
  readonly caCertificate?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly skipVerify?: boolean;
  readonly only?: readonly string[];
  readonly spec: string;
  readonly seed?: number;
  readonly parallel: number;
  readonly timeout: number;
  readonly visibility: number;
  readonly propertyRuns: number;
  readonly failFast?: boolean;
  readonly strict?: boolean;
  readonly knownFailures?: string;
  readonly flaky?: string;
  readonly report: string;
  readonly quiet?: boolean;
}

/** The version of GizmoSQL whose specification the catalogue states. */
export const specification = '1.17';
/** Scenarios mostly wait for the server, so two of them keep one core busy. */
const defaultWorkers = 2;
const mostWorkers = 64;
/** Enough to find what is plainly wrong, and a few seconds in all. */
export const defaultPropertyRuns = 30;
const mostPropertyRuns = 1_000_000;
const mostSeconds = 3600;

/** The command `run` with its flags, not yet doing anything. */
export function runCommand(): Command {
  const command = new Command('run').description(
    'run the scenarios against a server, by default the reference server, and write the report',
  );
  for (const [heading, options] of Object.entries(optionGroups())) {
    for (const option of options) {
      command.addOption(option.helpGroup(heading));
    }
  }
  return command.addHelpText('after', settingsHelp);
}

const settingsHelp = `
A flag beats its variable (--known-failures: ${variablePrefix}KNOWN_FAILURES), and a variable
beats the settings file, where the same names stand without dashes in front. Secrets come from a file or
from ${variablePrefix}PASSWORD, _ADMIN_TOKEN, _USER_TOKEN and _READONLY_TOKEN.`;

function optionGroups(): Record<string, Option[]> {
  return {
    'The server to judge; the reference server of this package if none is given:': [
      new Option('--endpoint <url>', 'one that runs: grpc://host:port or grpc+tls://host:port'),
      new Option('--command <program>', 'a program to start, with arguments: "gizmosql_server -v"'),
      new Option('--image <name>', 'a container image to start; --command is then a program in it'),
      new Option('--argument <text>', 'another argument for --command or --image').argParser(
        append,
      ),
      new Option(
        '--env <NAME=VALUE>',
        "a variable for them; NAME alone passes on one's own",
      ).argParser(append),
      new Option(
        '--instrumentation-catalog <name>',
        'where --endpoint keeps its records, if not in the file; others get a DuckLake of that name',
      ).argParser(toCatalog),
    ],
    'How to log in at --endpoint:': [
      new Option('--username <name>', 'the admin, whose password is in the variable or in'),
      new Option('--password-file <file>', "the admin's password"),
      new Option('--admin-token-file <file>', 'a bootstrap token of the role admin'),
      new Option('--user-token-file <file>', 'one of the role user'),
      new Option('--readonly-token-file <file>', 'one of the role readonly'),
      new Option('--token-key <file>', 'an RSA key, PEM, with which to sign tokens for the roles'),
      new Option('--token-issuer <text>', 'the issuer that those tokens name'),
      new Option('--token-audience <text>', 'the audience that those tokens name'),
      new Option('--ca-certificate <file>', "the authority of the server's certificate, PEM"),
      new Option('--client-certificate <file>', "the suite's own certificate, PEM"),
      new Option('--client-key <file>', 'the key of that, PEM'),
      new Option('--skip-verify', "do not check the server's certificate"),
    ],
    'What to run, and how:': [
      new Option(
        '--only <id...>',
        'only these requirements: ids, or the beginning of some',
      ).argParser(appendIds),
      new Option('--spec <version>', 'the GizmoSQL version whose specification it is held to')
        .default(specification)
        .argParser(toSpecification),
      new Option('--seed <number>', 'repeat the order and the values of an earlier run').argParser(
        toSeed,
      ),
      new Option('--parallel <number>', 'how many scenarios run at a time')
        .default(defaultWorkers)
        .argParser(toWorkers),
      new Option('--timeout <seconds>', 'how long the server may take to answer a call')
        .default(30)
        .argParser(toSeconds),
      new Option('--visibility <seconds>', 'how long a record may take to become visible')
        .default(10)
        .argParser(toSeconds),
      new Option('--property-runs <number>', 'how many generated cases each property tries')
        .default(defaultPropertyRuns)
        .argParser(toPropertyRuns),
      new Option('--fail-fast', 'stop at the first failure'),
      new Option('--strict', 'what cannot be tested counts as a failure'),
      new Option('--known-failures <file>', 'ids that may fail, one a line, # begins a comment'),
      new Option('--flaky <file>', 'ids that may fail or pass, in the same form'),
      new Option('--settings <file>', `settings to read instead of ${settingsFile}`),
    ],
    'What comes out:': [
      new Option('--report <folder>', 'where the reports go').default('reports/out'),
      new Option('--quiet', 'print the summary only'),
    ],
  };
}

function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function appendIds(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(/[\s,]+/).filter((id) => id !== '')];
}

function toCatalog(text: string): string {
  if (!/^[a-z_][a-z0-9_]*$/i.test(text)) {
    throw new InvalidArgumentError('It must be a name of letters, digits and underscores.');
  }
  return text;
}

function toWorkers(text: string): number {
  const workers = Number(text);
  if (!/^\d+$/.test(text) || workers < 1 || workers > mostWorkers) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${mostWorkers}.`);
  }
  return workers;
}

function toPropertyRuns(text: string): number {
  const runs = Number(text);
  if (!/^\d+$/.test(text) || runs < 1 || runs > mostPropertyRuns) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${mostPropertyRuns}.`);
  }
  return runs;
}

function toSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed >= 2 ** 31) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 2147483647.');
  }
  return seed;
}

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds <= 0 || seconds > mostSeconds) {
    throw new InvalidArgumentError(
      `It must be a number of seconds above 0, at most ${mostSeconds}.`,
    );
  }
  return seconds;
}

function toSpecification(text: string): string {
  const version = text.replace(/^v/, '');
  if (version !== specification) {
    throw new InvalidArgumentError(`This suite has the specification of ${specification}.`);
  }
  return version;
}
