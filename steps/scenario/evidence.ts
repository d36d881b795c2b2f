import type { Answer, Evidence } from '../../reports/model.js';
import type { FlightError } from '../client/flight-error.js';
import { jsonValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import type { ResultTable } from '../client/result-table.js';

/** What the server answered to one operation of a session. */
export type Outcome =
  | { readonly table: ResultTable }
  | { readonly updated: bigint }
  | { readonly value: PlainValue }
  | { readonly error: FlightError };

/** Who sent what. */
export type Sent = Pick<Evidence, 'session' | 'role' | 'username' | 'sql'> & {
  readonly parameters?: unknown;
};

const rowsShown = 20;

/** One thing sent, and what came back. */
export interface Entry {
  readonly sent: Sent;
  /** Whether the suite was looking for a record, perhaps not for the first time. */
  readonly looking: boolean;
  outcome?: Outcome;
}

/** What a scenario sent and what came back, in order; attached to it at its end. */
export class EvidenceLog {
  private readonly entries: Entry[] = [];

  /** Notes what is about to be sent; the function returned notes what came back. */
  begin(sent: Sent, looking = false): (outcome: Outcome) => void {
    const last = this.entries.at(-1);
    if (looking && last?.looking === true && last.sent.sql === sent.sql) {
      // Looking again and again until something is there is one piece of evidence.
      this.entries.pop();
    }
    const entry: Entry = { sent, looking };
    this.entries.push(entry);
    return (outcome) => {
      entry.outcome = outcome;
    };
  }

  /** How much there is by now. */
  get size(): number {
    return this.entries.length;
  }

  /** What came after the log had this size. */
  since(size: number): readonly Entry[] {
    return this.entries.slice(size);
  }

  forgetSince(size: number): void {
    this.entries.length = size;
  }

  add(entries: readonly Entry[]): void {
    this.entries.push(...entries);
  }

  /** The report's form of it. */
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
