/**
 * What a run of the suite reports: the shape of `conformance.json`, version 1.
 * reports/conformance.schema.json says the same to tools in other languages, and every report is
 * checked against it before it is written.
 */

/**
 * How one scenario ended. `error` is a fault of the suite or of its surroundings and says nothing
 * about the server; `untestable` and `not-offered` always come with a reason.
 */
export type ScenarioStatus = 'passed' | 'failed' | 'error' | 'untestable' | 'not-offered';

/** How one requirement fared: as its scenarios did, or `missing` when no scenario covers it. */
export type RequirementStatus = ScenarioStatus | 'missing';

/** The media type under which a scenario attaches its evidence, an `Evidence[]` as JSON. */
export const evidenceMediaType = 'application/vnd.gizmosql-conformance.evidence+json';

/** The media type under which a Before hook attaches why it skips, a `SkipVerdict` as JSON. */
export const verdictMediaType = 'application/vnd.gizmosql-conformance.verdict+json';

/** The media type under which a scenario attaches delays that it measured, `Delays` as JSON. */
export const delaysMediaType = 'application/vnd.gizmosql-conformance.delays+json';

/** A result set, shortened for reading: `rows` are the first few (at most 20) of `rowCount`. */
export interface RowsAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly rowCount: number;
}

/** What a server answered: rows, the number of rows an update touched, or some other value. */
export type Answer = RowsAnswer | { readonly updated: number } | { readonly value: unknown };

/**
 * One statement that a scenario sent, and what came back: `answer` or `error`, or neither when the
 * scenario ended first. Never holds a password or a token.
 */
export interface Evidence {
  /** The scenario's own name for the session, not its id. */
  readonly session: string;
  readonly role: string;
  readonly username: string;
  /** The SQL, or the action in place of it, such as `GetTables(...)`. */
  readonly sql: string;
  readonly parameters?: unknown;
  readonly answer?: Answer;
  /** `code` is the name of the gRPC status. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Why a scenario could not be judged, attached by the hook that then skips it. */
export interface SkipVerdict {
  readonly status: 'untestable' | 'not-offered';
  readonly reason: string;
}

/** How long records took to become visible, each from the answer to an operation, in milliseconds. */
export interface Delays {
  readonly delaysMs: readonly number[];
  /** The longest that a record may take before it counts against the server. */
  readonly limitMs: number;
}

/** What all delays measured in a run amount to, and the delays themselves, the shortest first. */
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
  /** Which of the requirement's scenarios it is, from 1 on: `--only ID/NUMBER` repeats it alone. */
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

/** What judged: the suite and the specification it holds the server to. */
export interface SuiteIdentity {
  readonly name: string;
  readonly version: string;
  readonly specification: string;
}

/** What was judged. The versions and edition are as the server gave them; null if it gave none. */
export interface TargetIdentity {
  readonly kind: string;
  readonly description: string;
  readonly gizmosqlVersion: string | null;
  readonly edition: string | null;
  readonly duckdbVersion: string | null;
}

/** A setting as the run used it; null is one that was left to the server or the system. */
export type Setting = string | number | boolean | null | readonly string[];

/** The whole report, as `conformance.json` holds it. */
export interface ConformanceReport {
  readonly schemaVersion: 1;
  readonly suite: SuiteIdentity;
  readonly target: TargetIdentity;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** The seed of the order and of generated values; the same seed repeats the run. */
  readonly seed: number;
  /** What the run was told, defaults included; never a secret. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** What `--only` was given, when the run was limited by it; such a report is about no more. */
  readonly selection?: readonly string[];
  readonly requirements: readonly RequirementReport[];
  readonly summary: Summary;
  /** How soon records could be read; absent when no scenario measured it. */
  readonly timeliness?: Timeliness;
  /** What was noticed of the server beside its requirements: that it had to be killed after the run, say. */
  readonly notes?: readonly string[];
  /** False when the run was cut short or an expected scenario did not report: no verdict then. */
  readonly complete: boolean;
}
