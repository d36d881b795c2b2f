import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scripts, scriptsWithRestart, stagesOf } from './script.js';
import type { Script } from './script.js';

describe('the stages of a script', () => {
  it('are the actions before each end of the server, and after the last', () => {
    const script: Script = [
      { do: 'connect', who: 'ann' },
      { do: 'restart', how: 'kill' },
      { do: 'restart', how: 'stop' },
      { do: 'close', who: 'ann' },
    ];
    expect(stagesOf(script)).toEqual([
      { actions: [script[0]], end: 'kill' },
      { actions: [], end: 'stop' },
      { actions: [script[3]], end: undefined },
    ]);
  });

  it('are two for a script with a restart, and one for others', () => {
    fc.assert(
      fc.property(scripts, scriptsWithRestart(['stop']), (plain, restarted) => {
        expect(stagesOf(plain).map(({ end }) => end)).toEqual([undefined]);
        expect(stagesOf(restarted).map(({ end }) => end)).toEqual(['stop', undefined]);
        expect(stagesOf(restarted).flatMap(({ actions }) => actions)).toHaveLength(
          restarted.length - 1,
        );
      }),
    );
  });
});
