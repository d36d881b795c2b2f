import type { RunOptions } from './run-options.js';

/** The server to test and the settings of the run; by default the reference server. */
export interface ConformanceOptions extends RunOptions {
  /** The admin's password at an endpoint. */
  readonly password?: string;
  /** Receives the progress and the summary. Nothing is printed if left out. */
  readonly print?: (text: string) => void;
  /** Ends the run early, with an incomplete report. */
  readonly signal?: AbortSignal;
}

/** The result of a run. */
export interface ConformanceResult {
  /**
   * The exit code of the command: 0 nothing failed, 1 something failed, 3 the suite had an error or the run
   * is incomplete.
   */
  readonly exitCode: number;
  /** The contents of conformance.json. Its JSON Schema is `gizmosql-conformance/conformance.schema.json`. */
  readonly report: {
    readonly complete: boolean;
    readonly seed: number;
    readonly summary: Readonly<
      Record<
        'passed' | 'failed' | 'error' | 'untestable' | 'notOffered' | 'missing' | 'total',
        number
      >
    >;
    readonly requirements: readonly {
      readonly id: string;
      readonly chapter: string;
      readonly text: string;
      readonly status: 'passed' | 'failed' | 'error' | 'untestable' | 'not-offered' | 'missing';
      readonly reason?: string;
    }[];
  };
}

/**
 * Tests a server, by default the reference server, and writes the reports. Rejects with an Error with a
 * message of one line for a wrong setting and for a server that cannot be started or reached.
 */
export function runConformance(options?: ConformanceOptions): Promise<ConformanceResult>;

/** The flags of `gizmosql-reference` in camel case: `{ port: 0, enableInstrumentation: true }`. */
export type ReferenceFlags = Readonly<
  Record<string, string | number | boolean | readonly string[]>
> & { readonly password: string };

/** A reference server in this process. */
export interface ReferenceServer {
  readonly port: number;
  /** A UUID, new at each start. */
  readonly instanceId: string;
  /** Ends all sessions; resolves when every record is on disk. */
  stop(): Promise<void>;
}

/**
 * Starts a reference server in this process. Rejects with an Error with a message of one line for a wrong
 * flag.
 */
export function startReferenceServer(flags: ReferenceFlags): Promise<ReferenceServer>;
