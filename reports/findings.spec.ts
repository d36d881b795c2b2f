import { describe, expect, it } from 'vitest';
import { findingOf, findingsOf } from './findings.js';
import type { RequirementReport, ScenarioReport } from './model.js';

function failing(line: number, got: string, promised = 'it may do this'): ScenarioReport {
  const message = `promised: ${promised}\nsent: SELECT ${line}\ngot: ${got}\nin step: a step`;
  return {
    name: `number ${line}`,
    feature: 'a.feature',
    line,
    status: 'failed',
    durationMs: 1,
    message,
  };
}

function requirement(id: string, ...scenarios: ScenarioReport[]): RequirementReport {
  return { id, chapter: 'C', text: 'T', status: 'failed', scenarios };
}

const pasted = (value: string) =>
  `a refusal: INVALID_ARGUMENT 'Can''t prepare statement: ''SELECT f(${value})'' - Error: Parser Error: syntax error at or near "AS"\n\nLINE 1: SELECT f(''${value}'' AS "x")'`;

describe('findingsOf', () => {
  it('makes one finding of failures with the same error of the engine, whatever was sent', () => {
    const findings = findingsOf({
      requirements: [
        requirement('a.one', failing(1, pasted('admin')), failing(2, pasted('v1.35.1'))),
        requirement('a.two', failing(3, pasted('8b1c')), failing(4, 'success', 'a refusal')),
      ],
    });
    expect(
      findings.map(({ number, cause, ids, examples }) => [number, cause, ids, examples.length]),
    ).toEqual([
      [1, 'Parser Error: syntax error at or near "AS"', ['a.one', 'a.two'], 3],
      [2, 'promised: a refusal; got: success', ['a.two'], 1],
    ]);
  });

  it('tells apart what different requirements promise, and different errors', () => {
    const other = 'a refusal: UNKNOWN \'Binder Error: no column "c17" of 3\'';
    const findings = findingsOf({
      requirements: [
        requirement('a.one', failing(1, 'success', 'a refusal'), failing(2, other)),
        requirement('a.two', failing(3, 'success', 'a refusal')),
      ],
    });
    expect(findings.map(({ cause }) => cause)).toEqual([
      'promised: a refusal; got: success',
      'Binder Error: no column "…" of …',
      'promised: a refusal; got: success',
    ]);
  });

  it('leaves ids, numbers and values out of a cause', () => {
    const got = "the rows ('12345678-1234-1234-1234-123456789012', 41, 'x 1')";
    const [finding] = findingsOf({ requirements: [requirement('a.one', failing(1, got))] });
    expect(finding?.cause).toBe("promised: it may do this; got: the rows ('…', …, '…')");
  });

  it('counts a scenario of two requirements once, under the first of them', () => {
    const shared = failing(1, 'success');
    const findings = findingsOf({
      requirements: [requirement('a.one', shared), requirement('a.two', shared)],
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]?.ids).toEqual(['a.one', 'a.two']);
    expect(findings[0]?.examples).toEqual([{ id: 'a.one', scenario: shared }]);
    expect(findingOf(findings, shared)?.number).toBe(1);
    expect(findingOf(findings, failing(9, ''))).toBeUndefined();
  });

  it('has none for what passed', () => {
    const scenario: ScenarioReport = { ...failing(1, 'x'), status: 'passed' };
    expect(
      findingsOf({ requirements: [{ ...requirement('a.one', scenario), status: 'passed' }] }),
    ).toEqual([]);
  });
});
