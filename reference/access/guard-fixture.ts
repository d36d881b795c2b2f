import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../engine/connection.js';
import { Database } from '../engine/database.js';
import { Failure } from '../errors.js';
import { first } from '../instrumentation/revisions/first.js';
import { attachShell } from '../instrumentation/shell.js';
import { canonicalText } from './canonical-text.js';
import { catalogRules } from './catalog-rules.js';
import { createGuard } from './engine-guard.js';
import type { Guard } from './guard.js';
import type { Role } from './identity.js';
import { ProtectedFiles } from './protected-files.js';

/** A clients' engine with a shell of the records, some tables, and a guard. */
export interface Guarded {
  readonly database: Database;
  readonly connection: Connection;
  readonly guard: Guard;
  /** A folder with the instrumentation file, `instrumentation.db`, and links to it. */
  readonly folder: string;
  /** The guard's verdict on a statement; `FOLDER` in the statement is replaced by the folder. */
  verdict(role: Role, sql: string): Promise<string>;
  close(): void;
}

export async function openGuarded(): Promise<Guarded> {
  const folder = mkdtempSync(join(tmpdir(), 'guard-'));
  const file = join(folder, 'instrumentation.db');
  writeFileSync(file, 'records');
  symlinkSync(file, join(folder, 'link.txt'));
  linkSync(file, join(folder, 'hard.db'));
  const database = await Database.open({ path: null, readonly: false });
  const connection = await database.connect();
  await attachShell(connection, {
    catalog: '_gizmosql_instr',
    schema: 'main',
    revision: first,
    keys: true,
  });
  for (const sql of [
    'CREATE TABLE t (a INTEGER)',
    'CREATE SEQUENCE s',
    "ATTACH ':memory:' AS beside",
    'CREATE VIEW v AS FROM _gizmosql_instr.sessions',
    'CREATE MACRO m() AS TABLE FROM _gizmosql_instr.sessions',
    'CREATE MACRO scalar() AS (SELECT count(*) FROM _gizmosql_instr.sessions)',
    `CREATE VIEW bytes AS FROM read_text('${folder}/link.txt')`,
    'CREATE MACRO "a""b"(p) AS TABLE FROM read_blob(p)',
    'CREATE MACRO plus(x) AS x + 1',
    'CREATE MACRO runs(x) AS TABLE FROM query(x)',
    'CREATE MACRO runs_too(x) AS TABLE FROM runs(x)',
    `COPY (SELECT 1 AS a) TO '${folder}/fine.csv'`,
    "CREATE MACRO next_of_s() AS nextval('s')",
    'CREATE VIEW advancing AS SELECT next_of_s()',
    "PREPARE advancing_p AS SELECT nextval('s')",
    'PREPARE adding AS SELECT $1 + 1',
    'PREPARE reading AS FROM _gizmosql_instr.sessions',
    'PREPARE writing AS DELETE FROM _gizmosql_instr.sessions',
    'PREPARE harmless AS FROM t',
    `PREPARE of_file AS FROM read_text('${folder}/fine.csv')`,
  ]) {
    await connection.execute(sql);
  }
  const guard = createGuard(
    catalogRules({ catalog: '_gizmosql_instr', attachTypes: [] }),
    new ProtectedFiles([file, `${file}.wal`]),
  );
  return {
    database,
    connection,
    guard,
    folder,
    verdict: (role, sql) => verdictOf(guard, connection, role, sql.replaceAll('FOLDER', folder)),
    close: () => {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The guard's verdict on a statement of `bob`: `allowed`, `later`, or the message of the refusal. */
export async function verdictOf(
  guard: Guard,
  connection: Connection,
  role: Role,
  received: string,
): Promise<string> {
  const identity = { username: 'bob', role, authMethod: 'Basic' } as const;
  const sql = canonicalText(received, role);
  let verdict = 'allowed';
  const later = () => {
    verdict = 'later';
  };
  try {
    await guard.admit?.({ identity, sql, connection });
    const prepared = await connection.prepare(sql).catch(async (cause: unknown) => {
      const failure = new Failure('invalid-argument', 'the words of the engine', { cause });
      throw await guard.tell(failure, { identity, sql, connection });
    });
    const { type, parameterCount } = prepared;
    prepared.close();
    const asked = { identity, sql, type, connection, ...(parameterCount > 0 && { later }) };
    await guard.check(asked);
    return verdict;
  } catch (error) {
    if (!(error instanceof Failure)) {
      throw error;
    }
    return error.message;
  }
}
