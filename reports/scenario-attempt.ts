/** The outcome of one step or hook of a scenario, from cucumber's messages. */
export interface StepOutcome {
  readonly kind: 'step' | 'hook';
  /** The text of the step; empty for a hook. */
  readonly text: string;
  /** Cucumber's status: PASSED, FAILED, SKIPPED, PENDING, UNDEFINED, AMBIGUOUS or UNKNOWN. */
  readonly status: string;
  /** The thrown error: the name of its class, its message, and the first line of its stack. */
  readonly thrown?: { readonly type: string; readonly message: string; readonly place: string };
}

/** One attempt at a scenario, from its start to its finish. */
export interface ScenarioAttempt {
  readonly outcomes: readonly StepOutcome[];
  readonly attachments: readonly { readonly mediaType: string; readonly body: string }[];
}
