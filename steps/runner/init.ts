import { writeFileSync } from 'node:fs';
import { messageOf } from '../errors/message-of.js';
import { UsageError } from './errors.js';
import { hyphenated, targetKinds } from './flag.js';
import type { AnyFlag, Sample, TargetKind } from './flag.js';
import { flagGroups } from './run-flags.js';
import { settingsFile, variablePrefix } from './settings.js';

const introduction = `# Settings of gizmosql-conformance run. A flag or a variable (${variablePrefix}...) of the
# same name beats them. No secrets in here: they come from variables or from files of their own.
`;

/**
 * Writes a commented settings file for a kind of target into the working directory, and returns its name.
 * Throws a UsageError for an unknown kind, or if the file exists and `force` is false.
 */
export function writeSettings(target: string, force: boolean): string {
  const kind = targetKinds.find((each) => each === target);
  if (kind === undefined) {
    throw new UsageError(
      `init ${target}: there is no such target; there are: ${targetKinds.join(', ')}`,
    );
  }
  try {
    writeFileSync(settingsFile, settingsFor(kind), { flag: force ? 'w' : 'wx' });
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

/** The text of a settings file for a kind of target: each setting with its description from `--help`. */
export function settingsFor(target: TargetKind): string {
  const groups = Object.entries(flagGroups).map(([heading, flags]) => {
    const settings = Object.entries<AnyFlag>(flags).flatMap(([name, flag]) => {
      const sample = sampleFor(flag, target);
      return sample === undefined ? [] : [settingText(name, flag, sample)];
    });
    return settings.length === 0 ? '' : `\n# == ${heading}\n\n${settings.join('\n')}`;
  });
  return introduction + groups.join('');
}

function sampleFor({ sample }: AnyFlag, target: TargetKind): Sample | undefined {
  return sample?.targets?.includes(target) === false ? undefined : sample;
}

function settingText(
  name: string,
  { description }: AnyFlag,
  { value, inForce = false }: Sample,
): string {
  const lines =
    typeof value === 'string'
      ? [`${hyphenated(name)}: ${value}`]
      : [`${hyphenated(name)}:`, ...value.map((each) => `  - ${each}`)];
  return [`# ${description}`, ...lines.map((line) => (inForce ? line : `# ${line}`)), ''].join(
    '\n',
  );
}
