import type { Revisions } from '../../fixtures/catalogue/catalogue.js';
import { isFrom, parseRelease } from '../../fixtures/catalogue/release.js';

/** The value of `--spec` that follows the server's own version. */
export const automatic = 'auto';

/** The revision that a server is held to. */
export interface Choice {
  readonly revision: string;
  /** Why it is this one, where the reader would expect another. */
  readonly note?: string;
}

/**
 * The revision for `--spec`: the one in force at the release that it names, or with `auto` at the release that the
 * server says it is. A server whose version cannot be read, or is newer than every release that the suite knows,
 * is held to the newest, and the note says so.
 */
export function chooseRevision(
  spec: string,
  version: string | null,
  { revisions, newest, lastRelease }: Pick<Revisions, 'revisions' | 'newest' | 'lastRelease'>,
): Choice {
  const isAutomatic = spec === automatic;
  const release = isAutomatic ? version : spec;
  if (release === null || parseRelease(release) === undefined) {
    const said =
      release === null
        ? 'the server tells no version'
        : `the server's version, ${release}, is not readable`;
    return { revision: newest, note: `${said}: it is held to the newest revision, ${newest}` };
  }
  const whose = isAutomatic ? `the server's version, ${release},` : `--spec ${release}`;
  const inForce = revisions.filter((each) => isFrom(release, each)).at(-1);
  if (inForce === undefined) {
    const [first = newest] = revisions;
    return {
      revision: first,
      note: `${whose} is older than the first revision, ${first}, to which the server is held`,
    };
  }
  return isNewer(release, lastRelease)
    ? {
        revision: inForce,
        note: `${whose} is newer than ${lastRelease}, the last release that this suite knows: the server is held to the newest revision, ${inForce}`,
      }
    : { revision: inForce };
}

/** Whether a release is later than all patches of another. */
function isNewer(release: string, last: string): boolean {
  const [major = 0, minor = 0] = parseRelease(last) ?? [];
  return isFrom(release, `${major}.${minor + 1}`);
}
