import type { Answer, Evidence } from '../../reports/model.js';
import type { FlightError } from '../client/flight-error.js';
import { jsonValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import type { ResultTable } from '../client/result-table.js';

/** The server's answer to one call of a session. */
export type Outcome =
  | { readonly table: ResultTable }
  | { readonly updated: bigint }
  | { readonly value: PlainValue }
  | { readonly error: FlightError };

/** A call and the session that made it. */
export type Sent = Pick<Evidence, 'session' | 'role' | 'username' | 'sql'> & {
  readonly parameters?: unknown;
};

const rowsShown = 20;

export interface Entry {
  readonly sent: Sent;
  /** Whether the suite was polling for a record. */
  readonly looking: boolean;
  outcome?: Outcome;
}

/** The calls and outcomes of a scenario, in order. They are attached to the scenario at its end. */
export class EvidenceLog {
  private readonly entries: Entry[] = [];

  /** Logs a call before it is sent. The returned function logs its outcome. */
  begin(sent: Sent, looking = false): (outcome: Outcome) => void {
    const last = this.entries.at(-1);
    if (looking && last?.looking === true && last.sent.sql === sent.sql) {
      // Repeated polling is logged as one entry.
      this.entries.pop();
    }
    const entry: Entry = { sent, looking };
    this.entries.push(entry);
    return (outcome) => {
      entry.outcome = outcome;
    };
  }

  /** The number of entries. */
  get size(): number {
    return this.entries.length;
  }

  /** The entries after the first `size`. */
  since(size: number): readonly Entry[] {
    return this.entries.slice(size);
  }

  forgetSince(size: number): void {
    this.entries.length = size;
  }

  add(entries: readonly Entry[]): void {
    this.entries.push(...entries);
  }

  /** The entries in the report's format. */
  report(): Evidence[] {
    return this.entries.map(({ sent, outcome }) => ({
      ...sent,
      ...(outcome === undefined ? {} : reportOutcome(outcome)),
    }));
  }
}

function reportOutcome(outcome: Outcome): Pick<Evidence, 'answer' | 'error'> {
  if ('error' in outcome) {
    const { code, message } = outcome.error;
    return { error: { code, message } };
  }
  return { answer: reportAnswer(outcome) };
}

function reportAnswer(outcome: Exclude<Outcome, { error: FlightError }>): Answer {
  if ('updated' in outcome) {
    return { updated: Number(outcome.updated) };
  }
  if ('value' in outcome) {
    return { value: jsonValue(outcome.value) };
  }
  const { columns, rows } = outcome.table;
  return {
    columns,
    rows: rows.slice(0, rowsShown).map((row) => row.map(jsonValue)),
    rowCount: rows.length,
  };
}
