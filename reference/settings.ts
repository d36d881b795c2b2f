import { readFileSync } from 'node:fs';
import type { Command, Option } from 'commander';
import { Failure } from './errors.js';

/**
 * Reads the command line and environment, one setting at a time by its long flag. Every error is a
 * Failure('invalid-argument') that names the flag or variable and describes the valid values.
 */
export class Settings {
  private readonly paths = new Set<string>();

  constructor(private readonly command: Command) {}

  /** The files that were read, under the names given. */
  get filesRead(): readonly string[] {
    return [...this.paths];
  }

  /** The value as text; undefined if not set. An empty variable counts as not set. */
  text(flag: string): string | undefined {
    const value: unknown = this.value(flag);
    if (value === undefined || (value === '' && this.isFromVariable(flag))) {
      return undefined;
    }
    if (value === '') {
      throw this.wrong(flag, 'is empty; give it a value or leave it out');
    }
    return value as string;
  }

  /** The same, and undefined if the release has no such flag. */
  textIfKnown(flag: string): string | undefined {
    return this.command.options.some(({ long }) => long === flag) ? this.text(flag) : undefined;
  }

  /** The values of a flag that takes several. */
  texts(flag: string): readonly string[] | undefined {
    return this.value(flag) as readonly string[] | undefined;
  }

  /** Whether a switch is on: the flag alone, or with true or 1. */
  isOn(flag: string): boolean {
    return this.value(flag) === true || this.boolean(flag);
  }

  /** True or false, or 1 or 0; `usual` if not set. */
  boolean(flag: string, usual = false): boolean {
    const choice = this.choice(flag, ['true', 'false', '1', '0']);
    return choice === undefined ? usual : choice === 'true' || choice === '1';
  }

  /** One of `choices`, in any letter case. */
  choice<T extends string>(flag: string, choices: readonly T[]): T | undefined {
    const text = this.text(flag);
    if (text === undefined) {
      return undefined;
    }
    const choice = choices.find((candidate) => candidate === text.toLowerCase());
    if (choice === undefined) {
      throw this.wrong(flag, `is '${text}'; it must be ${choices.join(' or ')}`);
    }
    return choice;
  }

  /** A whole number from `least` to `most`. `what` describes it in messages. */
  integer(flag: string, what: string, most: number, least = 0): number | undefined {
    const text = this.text(flag);
    if (text === undefined) {
      return undefined;
    }
    if (!/^-?\d+$/.test(text) || Number(text) < least || Number(text) > most) {
      throw this.wrong(
        flag,
        `is '${text}'; it must be ${what}, a whole number from ${least} to ${most}`,
      );
    }
    return Number(text);
  }

  /** Reads the file at `path`, which `flag` named. */
  read(flag: string, path: string): Buffer {
    try {
      const bytes = readFileSync(path);
      this.paths.add(path);
      return bytes;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw this.wrong(flag, `names '${path}', which cannot be read: ${why}`, cause);
    }
  }

  /** The origin of the value, for messages: the flag or its variable. */
  source(flag: string): string {
    const { envVar } = this.option(flag);
    return envVar !== undefined && this.isFromVariable(flag) ? envVar : flag;
  }

  /** The error about a setting: "FLAG complaint". */
  wrong(flag: string, complaint: string, cause?: unknown): Failure {
    return new Failure('invalid-argument', `${this.source(flag)} ${complaint}`, { cause });
  }

  private value(flag: string): unknown {
    return this.command.getOptionValue(this.option(flag).attributeName());
  }

  private isFromVariable(flag: string): boolean {
    return this.command.getOptionValueSource(this.option(flag).attributeName()) === 'env';
  }

  private option(flag: string): Option {
    const option = this.command.options.find(({ long }) => long === flag);
    if (option === undefined) {
      throw new RangeError(`there is no flag ${flag}`);
    }
    return option;
  }
}
