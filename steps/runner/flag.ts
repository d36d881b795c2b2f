import { InvalidArgumentError, Option } from 'commander';

/** The kinds of target that `init` writes settings for. */
export const targetKinds = ['endpoint', 'command', 'image', 'reference'] as const;
export type TargetKind = (typeof targetKinds)[number];

/** The line that `init` writes for a setting: active, or as a comment that shows the syntax. */
export interface Sample {
  readonly value: string | readonly string[];
  readonly inForce?: boolean;
  /** All kinds of target by default. */
  readonly targets?: readonly TargetKind[];
}

/**
 * A flag of `run`. This one declaration defines the command line, the variables, the settings file, `init`,
 * the types of the API and README's table. `D` is whether it has a default and so always a value.
 */
export interface Flag<T = unknown, D extends boolean = boolean> {
  /** The name of its value in the help; a switch has none. */
  readonly argument?: string;
  readonly description: string;
  /** The type of its value in TypeScript. */
  readonly type: 'string' | 'number' | 'boolean' | 'readonly string[]';
  /**
   * Parses one value. `before` is the result for an earlier occurrence of the flag. Throws
   * InvalidArgumentError that says which values are valid.
   */
  readonly parse?: (value: string, before?: T) => T;
  readonly hasDefault: D;
  readonly default?: T;
  readonly sample?: Sample;
}

/** Any flag. `parse` takes its own earlier result, whose type only the flag knows. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyFlag = Flag<any>;

/** The values of flags by their names in camel case. Those with a default are always present. */
export type Values<F extends Readonly<Record<string, AnyFlag>>> = {
  readonly [K in keyof F as F[K]['hasDefault'] extends true ? K : never]: ValueOf<F[K]>;
} & {
  readonly [K in keyof F as F[K]['hasDefault'] extends true ? never : K]?: ValueOf<F[K]>;
};

type ValueOf<F> = F extends Flag<infer T> ? T : never;

/** One text, validated by `parse`. */
export function text(
  argument: string,
  description: string,
  parse?: (value: string) => string,
): Flag<string, false> {
  const checks = parse === undefined ? {} : { parse };
  return { argument: `<${argument}>`, description, type: 'string', hasDefault: false, ...checks };
}

/** A list with one text per occurrence. */
export function texts(argument: string, description: string): Flag<readonly string[], false> {
  return {
    argument: `<${argument}>`,
    description,
    type: 'readonly string[]',
    hasDefault: false,
    parse: (value, before = []) => [...before, value],
  };
}

/** A list of words, several per occurrence, separated by spaces or commas. */
export function words(argument: string, description: string): Flag<readonly string[], false> {
  return {
    argument: `<${argument}...>`,
    description,
    type: 'readonly string[]',
    hasDefault: false,
    parse: (value, before = []) => [
      ...before,
      ...value.split(/[\s,]+/).filter((word) => word !== ''),
    ],
  };
}

/** A switch; on if it is given. */
export function onOff(description: string): Flag<boolean, false> {
  return { description, type: 'boolean', hasDefault: false };
}

/** A whole number from `least` to `most`. */
export function wholeNumber(description: string, least: number, most: number): Flag<number, false> {
  return {
    argument: '<number>',
    description,
    type: 'number',
    hasDefault: false,
    parse: (value) => {
      const number = Number(value);
      if (!/^\d+$/.test(value) || number < least || number > most) {
        throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
      }
      return number;
    },
  };
}

const mostSeconds = 3600;

/** A number of seconds above 0, at most an hour. */
export function seconds(description: string): Flag<number, false> {
  return {
    argument: '<seconds>',
    description,
    type: 'number',
    hasDefault: false,
    parse: (value) => {
      const number = Number(value);
      if (!/^\d+(\.\d+)?$/.test(value) || number <= 0 || number > mostSeconds) {
        throw new InvalidArgumentError(
          `It must be a number of seconds above 0, at most ${mostSeconds}.`,
        );
      }
      return number;
    },
  };
}

/** The flag with a default value. */
export function withDefault<T>(flag: Flag<T, false>, value: T): Flag<T, true> {
  return { ...flag, hasDefault: true, default: value };
}

/** The flag with the line that `init` writes for it. */
export function withSample<F extends AnyFlag>(flag: F, sample: Sample): F {
  return { ...flag, sample };
}

/** The flag with a default value, which `init` writes as an active line for every kind of target. */
export function withShownDefault<T>(flag: Flag<T, false>, value: T): Flag<T, true> {
  return withSample(withDefault(flag, value), { value: String(value), inForce: true });
}

/** A flag as an option of the command line; `name` is in camel case. */
export function toOption(name: string, flag: AnyFlag): Option {
  const long = `--${hyphenated(name)}`;
  const spelled = flag.argument === undefined ? long : `${long} ${flag.argument}`;
  const option = new Option(spelled, flag.description);
  if (flag.parse !== undefined) {
    option.argParser(flag.parse);
  }
  return flag.hasDefault ? option.default(flag.default) : option;
}

/** A name in camel case as it is spelled on the command line and in the settings file. */
export function hyphenated(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
