import { Failure } from '../errors.js';

/** The refusals that the specification words, and those it leaves to the server. */
export const refusals = {
  modify: (catalog: string) =>
    new Failure(
      'permission',
      `Cannot modify the instrumentation database (${catalog}). It is read-only for client sessions.`,
    ),
  imports: (catalog: string) =>
    new Failure(
      'permission',
      `IMPORT DATABASE executes SQL that cannot be checked beforehand, and the instrumentation database (${catalog}) is read-only for client sessions.`,
    ),
  stopWriting: (setting: string, catalog: string) =>
    new Failure(
      'permission',
      `${setting} can keep the server from writing to the instrumentation database (${catalog}). Only the init SQL may set it.`,
    ),
  limit: (setting: string) =>
    new Failure(
      'permission',
      `Only admin users can set ${setting}: it holds for all sessions, and for what records them.`,
    ),
  detach: () => new Failure('permission', 'Cannot DETACH the instrumentation database'),
  read: (catalog: string) =>
    new Failure(
      'permission',
      `Only admin users can query the instrumentation database (${catalog}).`,
    ),
  log: () =>
    new Failure(
      'permission',
      "Only admin users can use the engine's log, which may have the statements of other sessions.",
    ),
  write: (username: string) =>
    new Failure(
      'unknown',
      `User '${username}' has the readonly role and may not run statements that modify data.`,
    ),
} as const;
