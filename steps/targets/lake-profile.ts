import { join } from 'node:path';
import { sqlLiteral } from '../client/sql-literal.js';
import type { ServerSettings } from './target.js';

/** Whether a server with these settings keeps its records in the instrumentation file. */
export function recordsInFile(settings: ServerSettings): boolean {
  const { instrumentation = true, arguments: words = [], environment = {} } = settings;
  const enabled = instrumentation === true || words.includes('--enable-instrumentation=true');
  const elsewhere =
    words.some((word) => word.startsWith('--instrumentation-catalog')) ||
    'GIZMOSQL_INSTRUMENTATION_CATALOG' in environment;
  return enabled && !elsewhere;
}

/**
 * The same settings with the records in a DuckLake that the init SQL attaches. The metadata file has the path
 * of the instrumentation file, so that tests of the file's protection apply to it as well.
 */
export function withLake(
  settings: ServerSettings,
  { folder, catalog, load }: { folder: string; catalog: string; load: string },
): ServerSettings {
  const metadata = sqlLiteral(`ducklake:${join(folder, 'gizmosql_instrumentation.db')}`);
  const data = sqlLiteral(`${join(folder, 'gizmosql_instrumentation_data')}/`);
  const attach = `${load} ATTACH ${metadata} AS ${catalog} (DATA_PATH ${data}, READ_WRITE);`;
  return {
    ...settings,
    initSql: settings.initSql === undefined ? attach : `${attach} ${settings.initSql}`,
    arguments: [`--instrumentation-catalog=${catalog}`, ...(settings.arguments ?? [])],
  };
}
