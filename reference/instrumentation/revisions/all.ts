import { isFrom } from '../../release.js';
import type { Release } from '../../release.js';
import type { Revision } from '../revision.js';
import { v1_17_1 } from './v1-17-1.js';
import { v1_21 } from './v1-21.js';
import { v1_25_2 } from './v1-25-2.js';
import { v1_26_3 } from './v1-26-3.js';
import { v1_27 } from './v1-27.js';
import { v1_28 } from './v1-28.js';
import { v1_34 } from './v1-34.js';
import { first } from './first.js';

const known = [first, v1_17_1, v1_21, v1_25_2, v1_26_3, v1_27, v1_28, v1_34];

/** Every revision of the specification, the oldest first. */
export const revisions: readonly Revision[] = known.map((revision) => ({ ...revision, known }));

/** The revision in force. */
export const newest: Revision = { ...v1_34, known };

/** The newest revision that is not newer than a release. */
export function revisionAt(release: Pick<Release, 'numbers'>): Revision {
  return revisions.findLast(({ since }) => isFrom(release, since)) ?? newest;
}
