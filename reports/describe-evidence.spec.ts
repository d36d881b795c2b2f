import { describe, expect, it } from 'vitest';
import { repeatCommand } from './describe-evidence.js';

describe('the command that repeats a requirement', () => {
  const repeat = (settings: Parameters<typeof repeatCommand>[1]['settings']): string =>
    repeatCommand('kill.not-own', { seed: 7, settings });

  it('names nothing that is so anyway', () => {
    const settings = { spec: '1.17', parallel: 4, timeout: 30, visibility: 10, strict: true };
    expect(repeat(settings)).toBe('npx gizmosql-conformance run --only kill.not-own --seed 7');
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
