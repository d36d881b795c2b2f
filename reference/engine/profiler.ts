import { readFile, rm } from 'node:fs/promises';
import { StatementType } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { quoteLiteral } from './identifiers.js';
import type { ProfileFolder } from './profile-folder.js';
import type { ProfileRequest } from './profile-request.js';

/** Statements that have a plan, and do not change what a profile is: EXPLAIN ANALYZE would answer with JSON. */
const planned: ReadonlySet<StatementType> = new Set([
  StatementType.SELECT,
  StatementType.RELATION,
  StatementType.EXECUTE,
  StatementType.INSERT,
  StatementType.UPDATE,
  StatementType.DELETE,
  StatementType.MERGE_INTO,
  StatementType.CREATE,
  StatementType.COPY,
]);

/** Functions that change the settings themselves. */
const changesProfiling = /(en|dis)able_profil/i;

/** A longer profile is not kept. It contains the statement's text. */
const mostCharacters = 4 * 1024 * 1024;

/** The settings of profiles that a Profiler changes, in the order of `before`. */
export const profilerSettings = [
  'profiling_coverage',
  'profiling_output',
  'enable_profiling',
  'profiling_mode',
  'custom_profiling_settings',
];

/** Otherwise the statements that change the settings are profiled, too: without a file, DuckDB prints profiles. */
const onlyQueries = "SET profiling_coverage = 'SELECT'";

const current = `SELECT ${profilerSettings.map((name) => `system.main.current_setting('${name}')`).join(', ')}`;

/**
 * Gets profiles of the queries of one connection. DuckDB writes a file at the end of each query while its
 * settings for that are on, so they are on for one query only; then they are again what the client has set.
 */
export class Profiler {
  private readonly file: string;
  /** The client's settings while ours are on. */
  private before: readonly DuckDBValue[] | null = null;

  constructor(
    private readonly duckdb: DuckDBConnection,
    folder: ProfileFolder,
  ) {
    this.file = folder.newFile();
  }

  /**
   * Begins to profile the next query, if its statement can be profiled. Returns the function to call after it,
   * with whether it was executed to its end. Profiles are no reason to fail: without one, the request stays
   * empty.
   */
  async begin(
    request: ProfileRequest,
    type: StatementType,
    sql: string,
  ): Promise<(whole: boolean) => Promise<void>> {
    request.json = null;
    const isPlanned = planned.has(type) && !changesProfiling.test(sql);
    if (!isPlanned || !(await this.turnOn(request.mode))) {
      return () => Promise.resolve();
    }
    return async (whole) => {
      request.json = whole ? await this.profile() : null;
      await this.restore();
    };
  }

  /** Restores the client's settings, if ours were left on: they cannot be set in a failed transaction. */
  async restore(): Promise<void> {
    const { before } = this;
    if (before === null) {
      return;
    }
    const [coverage, output, format, mode, custom] = before;
    try {
      await this.run([
        onlyQueries,
        setting('profiling_mode', mode),
        // The name of a file must suit the format.
        'RESET enable_profiling',
        'RESET profiling_output',
        ...(format === null ? [] : [setting('enable_profiling', format)]),
        ...(output === '' ? [] : [setting('profiling_output', output)]),
      ]);
      // The format sets the metrics, too. The client may have chosen others.
      const isCustom = format !== null || (await this.settings())[4] !== custom;
      await this.run([
        ...(isCustom ? [setting('custom_profiling_settings', custom)] : []),
        setting('profiling_coverage', coverage),
      ]);
      this.before = null;
    } catch {
      // Tried again before the next execution.
    }
    await rm(this.file, { force: true });
  }

  private async turnOn(mode: string): Promise<boolean> {
    await this.restore();
    if (this.before !== null) {
      return false;
    }
    try {
      this.before = await this.settings();
      await this.run([
        onlyQueries,
        'RESET enable_profiling',
        'RESET profiling_output',
        "SET enable_profiling = 'json'",
        setting('profiling_output', this.file),
        'RESET custom_profiling_settings',
        setting('profiling_mode', mode),
        "SET profiling_coverage = 'ALL'",
      ]);
      await rm(this.file, { force: true });
      return true;
    } catch {
      await this.restore();
      return false;
    }
  }

  private async run(statements: readonly string[]): Promise<void> {
    await this.duckdb.run(statements.join('; '));
  }

  private async settings(): Promise<readonly DuckDBValue[]> {
    const [row = []] = await (await this.duckdb.run(current)).getRows();
    return row;
  }

  private async profile(): Promise<string | null> {
    try {
      const text = await readFile(this.file, 'utf8');
      JSON.parse(text);
      return text.length > mostCharacters ? null : text.trim();
    } catch {
      return null;
    }
  }
}

function setting(name: string, value: DuckDBValue | undefined): string {
  return value === null || value === undefined
    ? `RESET ${name}`
    : `SET ${name} = ${quoteLiteral(String(value))}`;
}
