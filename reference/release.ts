/** A release of GizmoSQL. */
export interface Release {
  /** As GIZMOSQL_VERSION() returns it: `v1.36.0`, or `v1.36.0-LTS` with the suffix of its channel. */
  readonly name: string;
  /** Major, minor and patch number. */
  readonly numbers: readonly [number, number, number];
}

/** The first and the last release that this server can be, without the patch number. */
export const oldestRelease = '1.17';
export const newestRelease = '1.36';

/** The release that this server is unless another is asked for. */
export const usualRelease: Release = { name: `v${newestRelease}.0`, numbers: [1, 36, 0] };

/**
 * Reads a release such as `1.17`, `v1.36.0` or `1.25.0-LTS`; the patch number is 0 if it is missing. Returns
 * null if the text is none, or one that this server cannot be.
 */
export function parseRelease(text: string): Release | null {
  const found = /^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(-LTS|-EDGE)?$/i.exec(text);
  if (found === null) {
    return null;
  }
  const [, major, minor, patch = '0', suffix = ''] = found;
  const numbers = [Number(major), Number(minor), Number(patch)] as const;
  const release = { name: `v${numbers.join('.')}${suffix.toUpperCase()}`, numbers };
  return isFrom(release, oldestRelease) && !isFrom(release, afterNewest) ? release : null;
}

/** The release that follows the newest, which this server cannot be. */
const afterNewest = `1.${usualRelease.numbers[1] + 1}`;

/** Whether a release is `number` or a later one. `number` is two or three numbers: `1.21`, `1.25.2`. */
export function isFrom({ numbers }: Pick<Release, 'numbers'>, number: string): boolean {
  const least = number.split('.').map(Number);
  for (const [i, part] of numbers.entries()) {
    const other = least[i] ?? 0;
    if (part !== other) {
      return part > other;
    }
  }
  return true;
}
