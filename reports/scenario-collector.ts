import type { Attachment, Envelope, Pickle, TestStep, TestStepFinished } from '@cucumber/messages';
import { TestStepResultStatus, TimeConversion } from '@cucumber/messages';
import type { ScenarioJudgement } from './judge-scenario.js';
import { judgeScenario } from './judge-scenario.js';
import type { Redact } from './redact.js';
import { redactAll } from './redact.js';
import type { StepOutcome } from './scenario-attempt.js';

/** A scenario that ran to its end, judged. */
export interface ScenarioResult extends ScenarioJudgement {
  readonly name: string;
  readonly feature: string;
  readonly line: number;
  /** Ids of the requirements that it covers. */
  readonly requirements: readonly string[];
  readonly durationMs: number;
}

interface RunningAttempt {
  readonly pickle: Pickle;
  readonly testSteps: readonly TestStep[];
  readonly startedMs: number;
  readonly outcomes: StepOutcome[];
  readonly attachments: Attachment[];
}

/**
 * Turns cucumber's message stream into judged scenarios, one at a time as they finish, and keeps
 * what went wrong outside of any scenario (`faults`). Its judgement is the suite's verdict: cucumber's
 * own success flag and exit code are not asked. A scenario that never finishes is in no result.
 * What is secret is taken out of every message before anything else is done with it.
 */
export class ScenarioCollector {
  readonly results: ScenarioResult[] = [];
  readonly faults: string[] = [];
  /** Everything received, for tools that read cucumber's messages. */
  readonly messages: Envelope[] = [];
  private readonly pickles = new Map<string, Pickle>();
  private readonly testCases = new Map<
    string,
    { pickleId: string; testSteps: readonly TestStep[] }
  >();
  private readonly running = new Map<string, RunningAttempt>();
  private readonly earlierAttempts = new Map<string, ScenarioResult>();
  private closed = false;

  constructor(
    private readonly onResult: (result: ScenarioResult) => void = () => undefined,
    private readonly redact: Redact = (text) => text,
  ) {}

  /**
   * Ignores whatever has not finished yet: the run is being cut short, perhaps with the server
   * stopping at the same moment, so what happens from now on proves nothing.
   */
  close(): void {
    this.closed = true;
    this.running.clear();
  }

  receive(message: Envelope): void {
    const envelope = this.redacted(message);
    this.messages.push(envelope);
    if (envelope.pickle) {
      this.pickles.set(envelope.pickle.id, envelope.pickle);
    } else if (envelope.testCase) {
      this.testCases.set(envelope.testCase.id, envelope.testCase);
    } else if (envelope.testCaseStarted) {
      const { id, testCaseId, timestamp } = envelope.testCaseStarted;
      const testCase = this.testCases.get(testCaseId);
      const pickle = testCase && this.pickles.get(testCase.pickleId);
      if (testCase === undefined || pickle === undefined) {
        this.faults.push(`cucumber started a scenario that it had not announced (${testCaseId})`);
      } else if (!this.closed) {
        this.running.set(id, {
          pickle,
          testSteps: testCase.testSteps,
          startedMs: TimeConversion.timestampToMillisecondsSinceEpoch(timestamp),
          outcomes: [],
          attachments: [],
        });
      }
    } else if (envelope.attachment) {
      this.running
        .get(envelope.attachment.testCaseStartedId ?? '')
        ?.attachments.push(envelope.attachment);
    } else if (envelope.testStepFinished) {
      this.stepFinished(envelope.testStepFinished);
    } else if (envelope.testCaseFinished) {
      const { testCaseStartedId, timestamp, willBeRetried } = envelope.testCaseFinished;
      const endedMs = TimeConversion.timestampToMillisecondsSinceEpoch(timestamp);
      this.attemptFinished(testCaseStartedId, endedMs, willBeRetried);
    } else if (envelope.parseError) {
      this.faults.push(`${envelope.parseError.source.uri ?? ''}: ${envelope.parseError.message}`);
    } else if (envelope.testRunHookFinished) {
      const { status, exception } = envelope.testRunHookFinished.result;
      if (status !== TestStepResultStatus.PASSED && status !== TestStepResultStatus.SKIPPED) {
        this.faults.push(`a hook around the run failed: ${exception?.message ?? status}`);
      }
    } else if (envelope.testRunFinished?.exception) {
      const { type, message } = envelope.testRunFinished.exception;
      this.faults.push(`cucumber gave up: ${type}: ${message ?? ''}`);
    }
  }

  /** Redacts what a server had a part in; a secret that is a word of ours leaves our own texts alone. */
  private redacted(message: Envelope): Envelope {
    const { gherkinDocument, source, pickle, testCase, stepDefinition } = message;
    const ours = gherkinDocument ?? source ?? pickle ?? testCase ?? stepDefinition;
    return ours === undefined ? redactAll(message, this.redact) : message;
  }

  private stepFinished({ testCaseStartedId, testStepId, testStepResult }: TestStepFinished): void {
    const attempt = this.running.get(testCaseStartedId);
    const testStep = attempt?.testSteps.find(({ id }) => id === testStepId);
    const { status, exception, message } = testStepResult;
    const step = attempt?.pickle.steps.find(({ id }) => id === testStep?.pickleStepId);
    attempt?.outcomes.push({
      kind: step === undefined ? 'hook' : 'step',
      text: step?.text ?? '',
      status,
      ...(exception && {
        thrown: {
          type: exception.type,
          message: exception.message ?? message ?? '',
          place: /^ *at .*$/m.exec(exception.stackTrace ?? '')?.[0].trim() ?? '',
        },
      }),
    });
  }

  private attemptFinished(startedId: string, endedMs: number, willBeRetried: boolean): void {
    const attempt = this.running.get(startedId);
    if (attempt === undefined) {
      return;
    }
    this.running.delete(startedId);
    const { pickle, startedMs } = attempt;
    const judgement = judgeScenario(attempt);
    // A promise that was kept only at the second try was not kept, so a failed attempt stands.
    const earlier = this.earlierAttempts.get(pickle.id);
    const result: ScenarioResult =
      earlier?.status === 'failed'
        ? earlier
        : {
            name: pickle.name,
            feature: pickle.uri.replaceAll('\\', '/'),
            line: pickle.location?.line ?? 0,
            requirements: requirementsOf(pickle.tags.map(({ name }) => name)),
            durationMs: Math.max(0, Math.round(endedMs - startedMs)),
            ...judgement,
          };
    if (willBeRetried) {
      this.earlierAttempts.set(pickle.id, result);
    } else {
      this.results.push(result);
      this.onResult(result);
    }
  }
}

/** The requirement ids among the tags of a scenario. */
export function requirementsOf(tags: readonly string[]): string[] {
  return tags.filter((tag) => !tag.startsWith('@needs:')).map((tag) => tag.slice(1));
}
