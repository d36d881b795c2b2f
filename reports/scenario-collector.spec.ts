import type { Envelope } from '@cucumber/messages';
import {
  AttachmentContentEncoding,
  TestStepResultStatus,
  TimeConversion,
} from '@cucumber/messages';
import { describe, expect, it } from 'vitest';
import { delaysMediaType } from './model.js';
import { ScenarioCollector } from './scenario-collector.js';

const at = (milliseconds: number) =>
  TimeConversion.millisecondsSinceEpochToTimestamp(1_700_000_000_000 + milliseconds);
const { PASSED, FAILED } = TestStepResultStatus;

/** Cucumber's messages before a scenario of one step starts. */
const announced: Envelope[] = [
  {
    pickle: {
      id: 'pickle',
      uri: 'features\\a.feature',
      location: { line: 7 },
      name: 'S',
      language: 'en',
      steps: [{ id: 'pickle-step', text: 'it holds', astNodeIds: [] }],
      tags: ['@a.b', '@needs:kill'].map((name) => ({ name, astNodeId: '' })),
      astNodeIds: [],
    },
  },
  {
    testCase: {
      id: 'case',
      pickleId: 'pickle',
      testSteps: [{ id: 'step', pickleStepId: 'pickle-step' }],
    },
  },
];

function started(attempt: number): Envelope {
  return {
    testCaseStarted: {
      id: `try-${attempt}`,
      testCaseId: 'case',
      attempt,
      timestamp: at(attempt * 1000),
    },
  };
}

function step(attempt: number, status: TestStepResultStatus, type?: string): Envelope {
  return {
    testStepFinished: {
      testCaseStartedId: `try-${attempt}`,
      testStepId: 'step',
      timestamp: at(0),
      testStepResult: {
        status,
        duration: { seconds: 0, nanos: 0 },
        ...(type !== undefined && { exception: { type, message: `of try ${attempt}` } }),
      },
    },
  };
}

function finished(attempt: number, willBeRetried: boolean): Envelope {
  return {
    testCaseFinished: {
      testCaseStartedId: `try-${attempt}`,
      timestamp: at(attempt * 1000 + 40),
      willBeRetried,
    },
  };
}

function collect(...envelopes: Envelope[]): ScenarioCollector {
  const collector = new ScenarioCollector();
  envelopes.forEach((envelope) => {
    collector.receive(envelope);
  });
  return collector;
}

describe('ScenarioCollector', () => {
  it('reports a scenario as soon as it is finished', () => {
    const seen: string[] = [];
    const collector = new ScenarioCollector(({ name, status }) => seen.push(`${name} ${status}`));
    const messages = [...announced, started(0), step(0, PASSED), finished(0, false)];
    const counts = messages.map((message) => {
      collector.receive(message);
      return seen.length;
    });
    expect(counts).toEqual([0, 0, 0, 0, 1]);
    expect(seen).toEqual(['S passed']);
    expect(collector.results).toEqual([
      {
        name: 'S',
        feature: 'features/a.feature',
        line: 7,
        requirements: ['a.b'],
        status: 'passed',
        durationMs: 40,
      },
    ]);
  });

  it('reports nothing of a scenario that does not finish', () => {
    expect(collect(...announced, started(0), step(0, PASSED)).results).toEqual([]);
  });

  it('reports a scenario that is tried again once', () => {
    const { results } = collect(
      ...announced,
      ...[started(0), step(0, FAILED, 'TypeError'), finished(0, true)],
      ...[started(1), step(1, PASSED), finished(1, false)],
    );
    expect(results).toMatchObject([{ status: 'passed' }]);
  });

  it('keeps a failure even if another attempt passes', () => {
    const { results } = collect(
      ...announced,
      ...[started(0), step(0, FAILED, 'PromiseBroken'), finished(0, true)],
      ...[started(1), step(1, PASSED), finished(1, false)],
    );
    expect(results).toMatchObject([{ status: 'failed', message: 'of try 0\nin step: it holds' }]);
  });

  it('ignores what had not finished when it was closed, and what starts later', () => {
    const collector = collect(...announced, started(0));
    collector.close();
    [
      step(0, FAILED, 'PromiseBroken'),
      finished(0, false),
      started(1),
      step(1, PASSED),
      finished(1, false),
    ].forEach((envelope) => {
      collector.receive(envelope);
    });
    expect(collector.results).toEqual([]);
  });

  it.each([
    [
      '{"delaysMs":[1,2],"limitMs":9}',
      { status: 'passed', delays: [{ delaysMs: [1, 2], limitMs: 9 }] },
    ],
    [
      '{"delaysMs":"soon"}',
      { status: 'error', message: expect.stringMatching(/delays/) as unknown },
    ],
  ])('keeps the delays that a scenario measured, if they can be read: %s', (body, result) => {
    const attachment = {
      testCaseStartedId: 'try-0',
      body,
      mediaType: delaysMediaType,
      contentEncoding: AttachmentContentEncoding.IDENTITY,
    };
    const { results } = collect(
      ...[...announced, started(0), { attachment }],
      ...[step(0, PASSED), finished(0, false)],
    );
    expect(results).toMatchObject([result]);
  });

  it('ignores the success flag of cucumber', () => {
    const { results, faults } = collect({ testRunFinished: { success: true, timestamp: at(0) } });
    expect({ results, faults }).toEqual({ results: [], faults: [] });
  });

  it('reports that cucumber failed', () => {
    const { faults } = collect({
      testRunFinished: {
        success: false,
        timestamp: at(0),
        exception: { type: 'Error', message: 'worker died' },
      },
    });
    expect(faults).toEqual(['cucumber failed: Error: worker died']);
  });

  it('reports that a scenario started without being announced', () => {
    expect(collect(started(0), finished(0, false))).toMatchObject({
      results: [],
      faults: [expect.stringMatching(/without announcing it/)],
    });
  });
});
