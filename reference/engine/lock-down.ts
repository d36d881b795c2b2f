import { mkdir } from 'node:fs/promises';
import type { Connection } from './connection.js';
import { quoteLiteral } from './identifiers.js';
import { isUrl } from './is-url.js';
import { limitDirectories } from './limit-directories.js';

/** What connections to such an engine set, and what memory is given back by. */
const open = [
  'allocator_bulk_deallocation_flush_threshold',
  'explain_output',
  'streaming_buffer_size',
  'TimeZone',
];

/**
 * Has the engine open no file but those of what is attached, and those in `directories`, and take no other
 * settings any more: whatever SQL should get there, it finds nothing.
 */
export async function lockDown(
  connection: Connection,
  directories: readonly string[],
): Promise<void> {
  for (const directory of directories.filter((each) => !isUrl(each))) {
    // The engine makes a folder in an allowed one, and no allowed one.
    await mkdir(directory, { recursive: true });
  }
  await limitDirectories(connection, directories);
  await connection.execute(`SET GLOBAL allowed_configs = [${open.map(quoteLiteral).join(', ')}]`);
  await connection.execute('SET GLOBAL lock_configuration = true');
}
