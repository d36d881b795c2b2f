import type { Revision } from '../revision.js';
import { revise } from '../revise.js';
import { v1_21 } from './v1-21.js';

/** Records that are written although the main database is read-only; its tables are those of 1.21. */
export const v1_25_2: Revision = revise(v1_21, { since: '1.25.2' });
