import { describe, expect, it } from 'vitest';
import { repeatCommand } from './describe-evidence.js';
import type { ScenarioReport, ScenarioStatus } from './model.js';

describe('the command that repeats a requirement', () => {
  const repeat = (settings: Parameters<typeof repeatCommand>[1]['settings']): string =>
    repeatCommand({ id: 'kill.not-own', status: 'failed', scenarios: [] }, { seed: 7, settings });

  it('leaves defaults out', () => {
    const settings = { spec: 'auto', parallel: 4, timeout: 30, visibility: 10, strict: true };
    expect(repeat(settings)).toBe('npx gizmosql-conformance run --only kill.not-own --seed 7');
  });

  const scenario = (number: number, status: ScenarioStatus): ScenarioReport => ({
    ...{ name: 'S', feature: 'features/kill.feature', line: number, number, status, durationMs: 1 },
  });

  it.each([
    ['the scenarios that failed, by their numbers', 2, 9, 'kill.not-own/1 kill.not-own/2'],
    ['all, where many failed', 6, 9, 'kill.not-own'],
    ['all, where all failed', 2, 2, 'kill.not-own'],
  ])('repeats %s', (_, failed, total, only) => {
    const scenarios = Array.from({ length: total }, (_each, place) =>
      scenario(place + 1, place < failed ? 'failed' : 'passed'),
    );
    expect(
      repeatCommand({ id: 'kill.not-own', status: 'failed', scenarios }, { seed: 7, settings: {} }),
    ).toBe(`npx gizmosql-conformance run --only ${only} --seed 7`);
  });

  it('names the server that was judged, as a shell can read it', () => {
    const settings = {
      command: "it's a server",
      argument: ['--license-key-file=/x', 'plain'],
      env: ['LICENSE'],
      'skip-verify': true,
      visibility: 2.5,
      image: null,
    };
    expect(repeat(settings)).toBe(
      "npx gizmosql-conformance run --command 'it'\\''s a server' --argument=--license-key-file=/x --argument plain --env LICENSE --skip-verify --visibility 2.5 --only kill.not-own --seed 7",
    );
  });
});
