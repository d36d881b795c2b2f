/**
 * The shape of `conformance.json`, version 1. reports/conformance.schema.json describes the same for tools in
 * other languages; every report is validated against it before it is written.
 */

/**
 * The outcome of one scenario. `error` is a fault of the suite or of its surroundings and says nothing about
 * the server. `untestable` and `not-offered` always have a reason.
 */
export type ScenarioStatus = 'passed' | 'failed' | 'error' | 'untestable' | 'not-offered';

/** The outcome of one requirement, derived from its scenarios; `missing` when no scenario covers it. */
export type RequirementStatus = ScenarioStatus | 'missing';

/** The media type under which a scenario attaches its evidence, an `Evidence[]` as JSON. */
export const evidenceMediaType = 'application/vnd.gizmosql-conformance.evidence+json';

/** The media type under which a Before hook attaches why it skips, a `SkipVerdict` as JSON. */
export const verdictMediaType = 'application/vnd.gizmosql-conformance.verdict+json';

/** The media type under which a scenario attaches the id of each session that it opened, as text. */
export const sessionMediaType = 'application/vnd.gizmosql-conformance.session';

/** The media type under which a scenario attaches delays that it measured, `Delays` as JSON. */
export const delaysMediaType = 'application/vnd.gizmosql-conformance.delays+json';

/** A shortened result set: `rows` holds the first rows (at most 20) of `rowCount`. */
export interface RowsAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly rowCount: number;
}

/** A server's answer: rows, the number of rows that an update changed, or another value. */
export type Answer = RowsAnswer | { readonly updated: number } | { readonly value: unknown };

/**
 * One statement that a scenario sent, with its `answer` or `error`; neither if the scenario ended first.
 * Never holds a password or a token.
 */
export interface Evidence {
  /** The name of the session in the scenario, not its session_id. */
  readonly session: string;
  readonly role: string;
  readonly username: string;
  /** The SQL, or the call if there is none, such as `GetTables(...)`. */
  readonly sql: string;
  readonly parameters?: unknown;
  readonly answer?: Answer;
  /** `code` is the name of the gRPC status. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** The reason why a scenario could not be judged. A hook attaches it. */
export interface SkipVerdict {
  readonly status: 'untestable' | 'not-offered';
  readonly reason: string;
  /** True if the scenario was not skipped: what could be judged of it has passed. */
  readonly partly?: true;
}

/** How long records took to become visible, in milliseconds from the answer to the operation. */
export interface Delays {
  readonly delaysMs: readonly number[];
  /** The longest that a record may take before it counts against the server. */
  readonly limitMs: number;
}

/** The delays measured in a run, in ascending order, with their summary. */
export interface Timeliness {
  readonly delaysMs: readonly number[];
  readonly samples: number;
  readonly medianMs: number;
  readonly worstMs: number;
  readonly limitMs: number;
}

/** One scenario (one row of an outline) under a requirement that it covers. */
export interface ScenarioReport {
  readonly name: string;
  /** Path of the feature file, relative to the suite, with forward slashes. */
  readonly feature: string;
  /** The line of the scenario, or of the row of its outline. */
  readonly line: number;
  /** Its number among the requirement's scenarios, from 1 on: `--only ID/NUMBER` repeats it alone. */
  readonly number?: number;
  readonly status: ScenarioStatus;
  readonly durationMs: number;
  /** Why it did not pass. */
  readonly message?: string;
  readonly evidence?: readonly Evidence[];
}

/** One requirement of the catalogue that the run selected. */
export interface RequirementReport {
  readonly id: string;
  readonly chapter: string;
  readonly text: string;
  /** The heading of the specification that states it; absent in reports of earlier versions. */
  readonly source?: string;
  readonly status: RequirementStatus;
  /** Why the status is neither `passed` nor `missing`. */
  readonly reason?: string;
  readonly scenarios: readonly ScenarioReport[];
}

/** How many requirements have which status; the six add up to `total`. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly error: number;
  readonly untestable: number;
  readonly notOffered: number;
  readonly missing: number;
  readonly total: number;
}

/** The suite and the specification that it holds the server to. */
export interface SuiteIdentity {
  readonly name: string;
  readonly version: string;
  readonly specification: string;
  /** The revision of the specification, and the address of its text. */
  readonly revision?: string;
  readonly document?: string;
}

/** The server under test. Versions and edition are as the server reports them; null if it reports none. */
export interface TargetIdentity {
  readonly kind: string;
  readonly description: string;
  readonly gizmosqlVersion: string | null;
  readonly edition: string | null;
  readonly duckdbVersion: string | null;
  /** The release channel, by the suffix of its version: `-LTS` or `-EDGE`. Absent for the usual one. */
  readonly channel?: 'LTS' | 'EDGE';
  /** Whether it keeps records; absent in reports of earlier versions. */
  readonly instrumentation?: InstrumentationState;
}

export interface InstrumentationState {
  readonly state: 'on' | 'off' | 'not offered';
  /** Why it is not on, in the server's words or the suite's. */
  readonly reason?: string;
}

/** A setting of the run; null if it was left to the server or the system. */
export type Setting = string | number | boolean | null | readonly string[];

/** The whole report, as `conformance.json` holds it. */
export interface ConformanceReport {
  readonly schemaVersion: 1;
  readonly suite: SuiteIdentity;
  readonly target: TargetIdentity;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** The seed of the scenario order and of generated values: the same seed repeats the run. */
  readonly seed: number;
  /** The settings of the run, defaults included; never a secret. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** The ids given to `--only`, if any: the report is about those requirements only. */
  readonly selection?: readonly string[];
  readonly requirements: readonly RequirementReport[];
  readonly summary: Summary;
  /** How soon records became visible; absent when no scenario measured it. */
  readonly timeliness?: Timeliness;
  /** Observations about the server beside its requirements, for example that it had to be killed after the run. */
  readonly notes?: readonly string[];
  /** False when the run ended early or a planned scenario did not report: then it is no verdict. */
  readonly complete: boolean;
}
