import { Failure } from '../errors.js';

/** All refusals: those with text from the specification, and the server's own. */
export const refusals = {
  modify: (catalog: string) =>
    new Failure(
      'permission',
      `Cannot modify the instrumentation database (${catalog}). It is read-only for client sessions.`,
    ),
  imports: () =>
    new Failure(
      'permission',
      'IMPORT DATABASE executes SQL from files, which is not looked at. Run the statements of its files one by one.',
    ),
  own: (name: string) =>
    new Failure(
      'permission',
      `${name} would keep the server from serving its sessions. Only the init SQL may do that.`,
    ),
  unclearFile: (statement: string) =>
    new Failure(
      'permission',
      `${statement} must name its file in plain quotes, '…', so that it can be told from the server's own files.`,
    ),
  logFiles: () =>
    new Failure(
      'permission',
      'The log of the engine is kept in memory only, by SET enable_logging = true: one in a file that cannot be written would stop every session.',
    ),
  ownFile: () =>
    new Failure('permission', "The server's own files cannot be read or written by statements."),
  detach: () => new Failure('permission', 'Cannot DETACH the instrumentation database'),
  unclearDetach: () =>
    new Failure(
      'permission',
      'DETACH must name the database plainly, as in DETACH name, so that it can be told from the instrumentation database.',
    ),
  copies: (catalog: string) =>
    new Failure(
      'permission',
      `The instrumentation database (${catalog}) cannot be copied as a whole. Copy what a query of it yields: CREATE TABLE … AS SELECT …, or COPY (SELECT …) TO '…'.`,
    ),
  unread: (catalog: string) =>
    new Failure(
      'permission',
      `The instrumentation database (${catalog}) cannot be read by such a statement. Read it by a query of its own, or name its tables in full (${catalog}.table).`,
    ),
  read: (catalog: string) =>
    new Failure(
      'permission',
      `Only admin users can query the instrumentation database (${catalog}).`,
    ),
  write: (username: string) =>
    new Failure(
      'unknown',
      `User '${username}' has the readonly role and may not run statements that modify data.`,
    ),
  kind: () =>
    new Failure(
      'permission',
      'Only admin users can run statements of this kind: those that use files or extensions, attach databases, or concern the whole server.',
    ),
  shadow: () =>
    new Failure(
      'permission',
      "Only admin users can give a macro or a type the name of one of the engine's: every session would use it. CREATE TEMP MACRO and CREATE TEMP TYPE make one for this session.",
    ),
  setting: (name: string) =>
    new Failure(
      'permission',
      `Only admin users can set ${name}: it is not one of the settings that concern a session's own statements alone.`,
    ),
  beyond: () =>
    new Failure(
      'permission',
      'Only admin users can use files and functions that reach beyond the tables; and only they are told what the engine says of a statement that may do so.',
    ),
} as const;
