import type { Revision } from '../revision.js';
import { revise } from '../revise.js';
import { first } from './first.js';

/** Functions by which a client finds the tables. */
export const v1_17_1: Revision = revise(first, {
  since: '1.17.1',
  functions: [
    'GIZMOSQL_INSTRUMENTATION_ENABLED',
    'GIZMOSQL_INSTRUMENTATION_CATALOG',
    'GIZMOSQL_INSTRUMENTATION_SCHEMA',
  ],
});
