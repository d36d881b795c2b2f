import type { DuckDBValue } from '@duckdb/node-api';
import type { Connection } from './connection.js';
import { quoteIdentifier, quoteLiteral } from './identifiers.js';

/** Settings for resources, logs and performance, and those that are copied separately or cannot be set. */
const notCopied =
  /thread|profil|log_|logging|progress|^(write_buffer|block_allocator|search_path$|schema$|access_mode$|duckdb_api$|custom_user_agent$|disabled_optimizers$|streaming_buffer_size$|explain_output$|temp_directory$|enable_external_access$|lock_configuration$|user$|username$|password$|storage_compatibility_version$|default_block_size$|temp_file_encryption$)/;

/** Without these settings, the copy could access what its original may not. */
const mandatory = new Set([
  'allowed_directories',
  'allowed_paths',
  'allowed_configs',
  'disabled_filesystems',
]);

/** Loads into `to` the extensions of `from`. Does nothing if `from` may not access files. */
export async function copyExtensions(from: Connection, to: Connection): Promise<void> {
  const [[allowed] = []] = await from.rows(
    "SELECT system.main.current_setting('enable_external_access')",
  );
  if (allowed !== true) {
    return; // Even listing extensions would fail and abort a transaction.
  }
  const loaded = await from.rows(
    `SELECT install_path FROM system.main.duckdb_extensions()
     WHERE loaded AND install_path NOT LIKE '(%' AND install_path <> ''`,
  );
  for (const [path] of loaded) {
    await to.execute(`LOAD ${quoteLiteral(String(path))}`).catch(() => undefined);
  }
}

/**
 * Copies the settings of `from` that differ to `to`, except those for resources and logs. Throws if a
 * restricting setting cannot be set.
 */
export async function copySettings(from: Connection, to: Connection): Promise<void> {
  await separateSpillFiles(from, to);
  const theirs = new Map((await allSettings(to)).map(([name, value]) => [name, value]));
  for (const [name, value] of await allSettings(from)) {
    if (value === null || theirs.get(name) === value || notCopied.test(name)) {
      continue;
    }
    const typed = await settingValue(from, name, value);
    await to.execute(`SET ${quoteIdentifier(name)} = ${typed}`).catch((error: unknown) => {
      if (mandatory.has(name)) {
        throw error;
      }
    });
  }
}

/**
 * Engines with the same temporary directory would write into each other's spill files, so `to` gets its own.
 */
export async function separateSpillFiles(from: Connection, to: Connection): Promise<void> {
  const setting = "SELECT system.main.current_setting('temp_directory')";
  const [[folder] = []] = await from.rows(setting);
  const name = folder === '' ? '' : `${String(folder)}-${crypto.randomUUID()}`;
  await to.execute(`SET temp_directory = ${quoteLiteral(name)}`);
}

/**
 * Disables external access of `to` if it is disabled on `from`, permanently. Must be called after
 * `copySettings`.
 */
export async function copyFileAccess(from: Connection, to: Connection): Promise<void> {
  await copySwitch(from, to, 'enable_external_access', true);
}

/** Locks the settings of `to` if those of `from` are locked. Nothing can be set afterwards. */
export async function copyLock(from: Connection, to: Connection): Promise<void> {
  await copySwitch(from, to, 'lock_configuration', false);
}

async function copySwitch(from: Connection, to: Connection, name: string, usual: boolean) {
  const [[value] = []] = await from.rows(`SELECT system.main.current_setting('${name}')`);
  if (value !== usual) {
    await to.execute(`SET ${name} = ${String(value)}`);
  }
}

/** Sets the search path of `to` to that of `from`. Everything on it must exist. */
export async function copySearchPath(from: Connection, to: Connection): Promise<void> {
  const [[database, schema, path] = []] = await from.rows(
    `SELECT system.main.current_database(), system.main.current_schema(),
            system.main.current_setting('search_path')`,
  );
  await to.execute(
    path === ''
      ? `USE ${quoteIdentifier(String(database))}.${quoteIdentifier(String(schema))}`
      : `SET search_path = ${quoteLiteral(String(path))}`,
  );
}

/** The names and values of all settings, as text. */
async function allSettings(connection: Connection): Promise<[string, string | null][]> {
  const rows = await connection.rows('SELECT name, value FROM system.main.duckdb_settings()');
  return rows.map(([name, value]) => [String(name), value == null ? null : String(value)]);
}

/** The setting's value as SQL. The text of a list is not valid SQL. */
async function settingValue(connection: Connection, name: string, text: string): Promise<string> {
  if (!text.startsWith('[')) {
    return quoteLiteral(text);
  }
  const [[value] = []] = await connection.rows('SELECT system.main.current_setting($1)', [name]);
  const { items } = (value ?? {}) as { readonly items?: readonly DuckDBValue[] };
  return items
    ? `[${items.map((item) => quoteLiteral(String(item))).join(', ')}]`
    : quoteLiteral(text);
}
