import { existsSync, readFileSync } from 'node:fs';
import type { Command, Option } from 'commander';
import { parse } from 'yaml';
import { messageOf } from '../errors/message-of.js';
import { UsageError } from './errors.js';

/** The prefix of the variables for flags: --known-failures is ..._KNOWN_FAILURES. */
export const variablePrefix = 'GIZMOSQL_CONFORMANCE_';
/** The settings file that is read by default. */
export const settingsFile = 'gizmosql-conformance.yaml';
/** Variables for secrets, which no flag or settings file may contain. */
export const secretVariables = ['PASSWORD', 'ADMIN_TOKEN', 'USER_TOKEN', 'READONLY_TOKEN'] as const;

/** EXTENSIONS and POSTGRES describe this machine and are read by fixtures. */
const otherVariables: readonly string[] = [...secretVariables, 'DEBUG', 'EXTENSIONS', 'POSTGRES'];
const settingsFlag = '--settings';
const yes = ['true', 'yes', 'on', '1'];
const no = ['false', 'no', 'off', '0'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Sets each option of a command from the environment unless a flag has set it, and otherwise from the
 * settings file. All values go through the option's parser. Throws a UsageError that names the place of an
 * invalid value.
 */
export function applySettings(command: Command, environment: Environment): void {
  for (const [name, value] of Object.entries(environment)) {
    const rest = name.startsWith(variablePrefix) ? name.slice(variablePrefix.length) : undefined;
    if (
      rest === undefined ||
      otherVariables.includes(rest) ||
      value === undefined ||
      value === ''
    ) {
      continue;
    }
    const option = optionOf(command, rest.toLowerCase().replaceAll('_', '-'));
    if (option === undefined) {
      throw new UsageError(
        `${name}: there is no such setting (see gizmosql-conformance run --help)`,
      );
    }
    apply(command, option, [value], 'env', name);
  }
  const given = command.getOptionValue('settings') as string | undefined;
  const file = given ?? (existsSync(settingsFile) ? settingsFile : undefined);
  if (file === undefined) {
    return;
  }
  for (const [name, value] of Object.entries(readSettings(file))) {
    const place = `${file}: ${name}`;
    const option = optionOf(command, name);
    if (option === undefined || option.long === settingsFlag) {
      const secret = secretVariables.find(
        (each) => each.toLowerCase().replaceAll('_', '-') === name,
      );
      throw new UsageError(
        secret === undefined
          ? `${place} is no setting; there are: ${settingNames(command).join(', ')}`
          : `${place}: no secret is read from here; use ${variablePrefix}${secret} or ${name}-file`,
      );
    }
    apply(command, option, valuesOf(value, place), 'config', place);
  }
}

/** The names of the settings in the file. */
function settingNames(command: Command): string[] {
  return command.options.map((option) => longName(option)).filter((name) => name !== 'settings');
}

function optionOf(command: Command, name: string): Option | undefined {
  return command.options.find((option) => longName(option) === name);
}

function longName({ long }: Option): string {
  return (long ?? '').slice(2);
}

function apply(
  command: Command,
  option: Option,
  values: readonly string[],
  source: 'env' | 'config',
  place: string,
): void {
  const key = option.attributeName();
  const present = command.getOptionValueSource(key);
  if (present === 'cli' || (present === 'env' && source === 'config')) {
    return;
  }
  let result: unknown;
  try {
    for (const value of values) {
      result = option.isBoolean() ? truth(value) : (option.parseArg?.(value, result) ?? value);
    }
  } catch (error) {
    throw new UsageError(`${place}: '${values.join(' ')}' is invalid. ${messageOf(error)}`);
  }
  command.setOptionValueWithSource(key, result, source);
}

function truth(value: string): boolean {
  const word = value.toLowerCase();
  if (!yes.includes(word) && !no.includes(word)) {
    throw new Error('It must be true or false.');
  }
  return yes.includes(word);
}

function readSettings(file: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: the settings cannot be read: ${messageOf(error)}`);
  }
  let settings: unknown;
  try {
    settings = parse(text);
  } catch (error) {
    throw new UsageError(`${file}: it is no YAML: ${messageOf(error).split(/:?\n/)[0] ?? ''}`);
  }
  if (settings === null) {
    return {};
  }
  if (typeof settings !== 'object' || Array.isArray(settings)) {
    throw new UsageError(`${file}: it must hold settings by name, such as 'seed: 7'`);
  }
  return settings as Record<string, unknown>;
}

function valuesOf(value: unknown, place: string): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.map((each) => {
    if (typeof each !== 'string' && typeof each !== 'number' && typeof each !== 'boolean') {
      throw new UsageError(`${place} must be a text, a number, true, false, or a list of texts`);
    }
    return String(each);
  });
}
