/** The settings of `gizmosql-conformance run`, by the names of its flags in camel case. */
export interface ConformanceOptions {
  /** One that runs already: `grpc://host:port` or `grpc+tls://host:port`. */
  readonly endpoint?: string;
  /** A program to start, with arguments. */
  readonly command?: string;
  /** A container image to start. */
  readonly image?: string;
  readonly argument?: readonly string[];
  /** `NAME=VALUE`, or `NAME` to pass on one's own. */
  readonly env?: readonly string[];
  /** Where an endpoint keeps its records, if not in the file; servers that are started get a DuckLake of that name. */
  readonly instrumentationCatalog?: string;
  readonly username?: string;
  /** The admin's password at an endpoint. */
  readonly password?: string;
  readonly adminTokenFile?: string;
  readonly userTokenFile?: string;
  readonly readonlyTokenFile?: string;
  readonly tokenKey?: string;
  readonly tokenIssuer?: string;
  readonly tokenAudience?: string;
  readonly caCertificate?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly skipVerify?: boolean;
  /** Ids and beginnings of ids; everything if left out. */
  readonly only?: readonly string[];
  /** The GizmoSQL version whose specification the server is held to; 1.17 if left out. */
  readonly spec?: string;
  readonly seed?: number;
  /** How many scenarios run at a time; 2 if left out. */
  readonly parallel?: number;
  /** Seconds the server may take to answer a call; 30 if left out. */
  readonly timeout?: number;
  /** Seconds a record may take to become visible; 10 if left out. */
  readonly visibility?: number;
  /** How many generated cases each property tries; 30 if left out. */
  readonly propertyRuns?: number;
  readonly failFast?: boolean;
  readonly strict?: boolean;
  readonly knownFailures?: string;
  readonly flaky?: string;
  /** The folder for the reports; `reports/out` if left out. */
  readonly report?: string;
  /** Gets the progress and the summary; nobody does if left out. */
  readonly print?: (text: string) => void;
  /** Ends the run early, with an incomplete report. */
  readonly signal?: AbortSignal;
}

/** What came of a run. */
export interface ConformanceResult {
  /** As of the command: 0 nothing failed, 1 something did, 3 the suite erred or the run is incomplete. */
  readonly exitCode: number;
  /** What conformance.json holds; its JSON Schema is `gizmosql-conformance/conformance.schema.json`. */
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
 * Judges a server, by default the reference server, and writes the reports. Rejects with an Error of one
 * line for a wrong setting and for a server that cannot be started or reached.
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

/** Starts a reference server in this process. Rejects with an Error of one line for a wrong flag. */
export function startReferenceServer(flags: ReferenceFlags): Promise<ReferenceServer>;
