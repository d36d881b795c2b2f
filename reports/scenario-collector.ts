import type { Attachment, Envelope, Pickle, TestStep, TestStepFinished } from '@cucumber/messages';
import { TestStepResultStatus, TimeConversion } from '@cucumber/messages';
import type { ScenarioJudgement } from './judge-scenario.js';
import { judgeScenario } from './judge-scenario.js';
import { sessionMediaType } from './model.js';
import type { Redact } from './redact.js';
import { redactAll } from './redact.js';
import type { StepOutcome } from './scenario-attempt.js';

/** The verdict on a finished scenario. */
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
 * Turns cucumber's message stream into judged scenarios, one at a time as they finish. Errors outside of any
 * scenario go to `faults`. Its verdict is the suite's verdict: cucumber's own success flag and exit code are
 * ignored. A scenario that never finishes is not in `results`. Every message is redacted first.
 */
export class ScenarioCollector {
  readonly results: ScenarioResult[] = [];
  readonly faults: string[] = [];
  /** All messages received, redacted, for tools that read cucumber's messages. */
  readonly messages: Envelope[] = [];
  /** The ids of all sessions that scenarios opened, also of those that have not finished. */
  readonly sessions = new Set<string>();
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
   * Ignores all scenarios that have not finished yet. The run is being interrupted and the server may be
   * stopping at the same time, so later results prove nothing.
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
        this.faults.push(`cucumber started a scenario without announcing it (${testCaseId})`);
      } else if (!this.closed) {
        this.running.set(id, {
          pickle,
          testSteps: testCase.testSteps,
          startedMs: TimeConversion.timestampToMillisecondsSinceEpoch(timestamp),
          outcomes: [],
          attachments: [],
        });
      }
    } else if (envelope.attachment?.mediaType === sessionMediaType) {
      this.sessions.add(envelope.attachment.body);
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
      this.faults.push(`cucumber failed: ${type}: ${message ?? ''}`);
    }
  }

  /**
   * Redacts messages that may hold text from a server. The suite's own texts stay, because a secret may be an
   * ordinary word.
   */
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
    // A failed attempt stands even if a later attempt passes: the server must behave correctly every time.
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

/** The requirement ids among the tags of a scenario. The tags of needs and revisions have a colon. */
export function requirementsOf(tags: readonly string[]): string[] {
  return tags.filter((tag) => !/^@(needs|since|until):/.test(tag)).map((tag) => tag.slice(1));
}
