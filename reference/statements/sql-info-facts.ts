import type { RecordsPlace } from '../instrumentation/records-place.js';
import type { Session } from '../sessions/session.js';
import type { SqlInfoFacts } from './metadata/sql-info-values.js';
import { sqlWords, sqlWordsSql } from './metadata/sql-words.js';
import type { SqlWords } from './metadata/sql-words.js';

/** Returns the GetSqlInfo values of a session. */
export type SqlInfo = (session: Session) => Promise<SqlInfoFacts>;

/** The values that are the same for every session. */
export interface ServerFacts {
  /** DuckDB's version, such as `v1.4.4`. */
  readonly duckdbVersion: string;
  readonly arrowVersion: string;
  readonly readonly: boolean;
  readonly instrumentation: RecordsPlace | null;
}

/** Queries the engine for its keywords and functions once, at the first request. */
export function createSqlInfo(server: ServerFacts): SqlInfo {
  let words: Promise<SqlWords> | null = null;
  return async (session) => {
    words ??= session.lane.run(async () => {
      const rows = await session.connection.rows(sqlWordsSql);
      return sqlWords(rows.map(([kind, word]) => [String(kind), String(word)]));
    });
    words.catch(() => {
      words = null;
    });
    const { role } = session.identity;
    return {
      serverName: 'gizmosql',
      // ibis, SQLAlchemy and dbt connect only to a server whose version begins with `duckdb `.
      serverVersion: `duckdb ${server.duckdbVersion}`,
      arrowVersion: server.arrowVersion,
      readOnly: server.readonly || role === 'readonly',
      allTablesSelectable: server.instrumentation === null || role === 'admin',
      words: await words,
      instrumentation: server.instrumentation,
    };
  };
}
