import { join } from 'node:path';
import type { ServerSettings } from './target.js';

/** Whether a server of these settings would keep its records in the instrumentation file. */
export function recordsInFile(settings: ServerSettings): boolean {
  const { instrumentation = true, arguments: words = [], environment = {} } = settings;
  const enabled = instrumentation === true || words.includes('--enable-instrumentation=true');
  const elsewhere =
    words.some((word) => word.startsWith('--instrumentation-catalog')) ||
    'GIZMOSQL_INSTRUMENTATION_CATALOG' in environment;
  return enabled && !elsewhere;
}

/**
 * The same server with its records in a DuckLake that its init SQL attaches. The
 * metadata is a file where the instrumentation file would be: whatever must not
 * get at the one must not get at the other either.
 */
export function withLake(
  settings: ServerSettings,
  { folder, catalog, load }: { folder: string; catalog: string; load: string },
): ServerSettings {
  const quoted = (path: string) => `'${path.replaceAll("'", "''")}'`;
  const metadata = quoted(`ducklake:${join(folder, 'gizmosql_instrumentation.db')}`);
  const data = quoted(`${join(folder, 'gizmosql_instrumentation_data')}/`);
  const attach = `${load} ATTACH ${metadata} AS ${catalog} (DATA_PATH ${data}, READ_WRITE);`;
  return {
    ...settings,
    initSql: settings.initSql === undefined ? attach : `${attach} ${settings.initSql}`,
    arguments: [`--instrumentation-catalog=${catalog}`, ...(settings.arguments ?? [])],
  };
}
