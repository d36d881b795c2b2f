import { mkdir } from 'node:fs/promises';
import type { Connection } from './connection.js';
import { quoteLiteral } from './identifiers.js';
import { isUrl } from './is-url.js';
import { limitDirectories } from './limit-directories.js';
import type { ProfileFolder } from './profile-folder.js';
import { profilerSettings } from './profiler.js';

/**
 * The settings that remain open: those that connections to such an engine set, and those for `trimMemory`.
 */
const open = [
  'allocator_bulk_deallocation_flush_threshold',
  'explain_output',
  'streaming_buffer_size',
  'TimeZone',
];

/**
 * Restricts the engine to the files of attached databases and to `directories`, and locks its settings. SQL
 * that reaches it, from any source, then finds nothing else. If there are `profiles`, the engine may write them.
 */
export async function lockDown(
  connection: Connection,
  directories: readonly string[],
  profiles: ProfileFolder | null = null,
): Promise<void> {
  for (const directory of directories.filter((each) => !isUrl(each))) {
    // The engine creates folders in an allowed directory, but not the directory itself.
    await mkdir(directory, { recursive: true });
  }
  await limitDirectories(connection, [
    ...directories,
    ...(profiles === null ? [] : [profiles.path]),
  ]);
  const settings = [...open, ...(profiles === null ? [] : profilerSettings)];
  await connection.execute(
    `SET GLOBAL allowed_configs = [${settings.map(quoteLiteral).join(', ')}]`,
  );
  await connection.execute('SET GLOBAL lock_configuration = true');
}
