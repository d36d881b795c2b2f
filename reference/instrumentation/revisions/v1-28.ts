import type { Revision } from '../revision.js';
import { revise } from '../revise.js';
import { v1_27 } from './v1-27.js';

/** Clusters of instances. */
export const v1_28: Revision = revise(v1_27, {
  since: '1.28',
  columns: {
    instances: [{ name: 'cluster_id', type: 'UUID', started: (told) => told.clusterId }],
  },
  functions: ['GIZMOSQL_CURRENT_CLUSTER'],
});
