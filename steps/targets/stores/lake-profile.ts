import { join } from 'node:path';
import { sqlLiteral } from '../../client/sql-literal.js';
import { inNoFile } from './store-profile.js';
import type { StoreProfile } from './store-profile.js';

/**
 * A DuckLake that the init SQL attaches. Its metadata file has the path of the instrumentation file, so that tests
 * of the file's protection apply to it as well.
 */
export function lakeProfile(catalog: string): StoreProfile {
  return {
    catalog,
    extensions: ['ducklake'],
    whyNoFile: inNoFile,
    place: (settings, { folder, load }) => {
      const metadata = sqlLiteral(`ducklake:${join(folder, 'gizmosql_instrumentation.db')}`);
      const data = sqlLiteral(`${join(folder, 'gizmosql_instrumentation_data')}/`);
      const attach = `${load} ATTACH ${metadata} AS ${catalog} (DATA_PATH ${data}, READ_WRITE);`;
      return {
        ...settings,
        initSql: settings.initSql === undefined ? attach : `${attach} ${settings.initSql}`,
        arguments: [`--instrumentation-catalog=${catalog}`, ...(settings.arguments ?? [])],
      };
    },
  };
}
