import { describe, expect, it } from 'vitest';
import { splitMessage } from './split-message.js';

describe('splitMessage', () => {
  it('splits a message into promised, sent and got, with all lines', () => {
    expect(
      splitMessage('promised: a row\nsent: SELECT\n  1\ngot: none: at all\nin step: it is'),
    ).toEqual([
      { label: 'Promised', said: 'a row' },
      { label: 'Sent', said: 'SELECT\n  1' },
      { label: 'Got', said: 'none: at all' },
      { label: 'Step', said: 'it is' },
    ]);
  });

  it('keeps any other message whole', () => {
    expect(splitMessage('TypeError: got: x\nat y')).toEqual([
      { label: 'Message', said: 'TypeError: got: x\nat y' },
    ]);
  });
});
