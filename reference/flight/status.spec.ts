import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { Malformed } from '../../protocol/malformed.js';
import { Failure, faultText } from '../errors.js';
import { faultBehind, toStatus } from './status.js';

/** An error as JavaScript throws it. */
function thrown(doing: () => unknown): unknown {
  try {
    doing();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const faults: readonly [what: string, error: unknown][] = [
  ['TypeError', thrown(() => (undefined as unknown as { f: { g: number } }).f.g)],
  ['RangeError', thrown(() => 'x'.repeat(-1))],
  ['SyntaxError', thrown(() => JSON.parse('{') as unknown)],
  [
    'an error of Node.js',
    Object.assign(new Error('x must be y'), { code: 'ERR_INVALID_ARG_TYPE' }),
  ],
  ['no error at all', 'text'],
];

describe('what JavaScript says', () => {
  it.each(faults)('reaches no client: %s', (_, error) => {
    expect(toStatus(error)).toMatchObject({ code: status.INTERNAL, details: faultText });
  });

  it.each(faults)('is for the log: %s', (_, error) => {
    expect(faultBehind(error)).toBe(error);
    expect(faultBehind(new Failure('unknown', faultText, { cause: error }))).toBe(error);
    expect(faultBehind(new Failure('invalid-argument', 'wrong', { cause: error }))).toBe(undefined);
  });
});

it.each<[string, unknown, status, string]>([
  ['a failure', new Failure('not-found', 'no such'), status.INVALID_ARGUMENT, 'no such'],
  ['malformed bytes', new Malformed('too short'), status.INVALID_ARGUMENT, 'too short'],
  ["the engine's words", new Error('Parser Error: x'), status.INTERNAL, 'Parser Error: x'],
  ['half a character', new Failure('unknown', 'a\ud800b'), status.UNKNOWN, 'a\ufffdb'],
])('%s is told', (_, error, code, details) => {
  expect(toStatus(error)).toMatchObject({ code, details });
  expect(faultBehind(error)).toBe(undefined);
});
