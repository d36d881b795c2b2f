import { expect, it } from 'vitest';
import { FlightError } from '../client/flight-error.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { ServerNotStarted } from '../targets/launch.js';
import { groundRefused, isOnlyLacking, judgedByPart } from './ground.js';
import { LeftOpen, NotOffered, Untestable } from './lacks.js';

const broken = (cause?: Error) =>
  new PromiseBroken('alice may do this', 'CREATE TABLE t', "a refusal: 'no'", { cause });
const refused = broken(new FlightError('INVALID_ARGUMENT', 'no', true));

it.each([
  ['a refusal', refused],
  ['a server that does not start', broken(new ServerNotStarted('no'))],
])(
  '%s is untestable as ground, in the words of the server, and broken as a promise',
  (_, error) => {
    const judged = judgedByPart('ground', error);
    expect(judged).toBeInstanceOf(Untestable);
    expect((judged as Error).message).toBe(
      `${groundRefused}: a refusal: 'no' (sent: CREATE TABLE t)`,
    );
    expect(judgedByPart('action', error)).toBe(error);
    expect(judgedByPart('outcome', error)).toBe(error);
  },
);

it.each([
  ['a connection that breaks', broken(new FlightError('UNAVAILABLE', 'gone', false))],
  ['a wrong answer', broken()],
  ['a fault of the suite', new Error('no such session')],
])('%s stays what it is, in whatever part', (_, error) => {
  expect(judgedByPart('ground', error)).toBe(error);
});

it('a scenario goes on after an outcome about what is not offered, and after nothing else', () => {
  expect(isOnlyLacking('outcome', new NotOffered('Core'))).toBe(true);
  expect(isOnlyLacking('outcome', new Untestable('off'))).toBe(true);
  expect(isOnlyLacking('outcome', new LeftOpen('open'))).toBe(false);
  expect(isOnlyLacking('action', new NotOffered('Core'))).toBe(false);
  expect(isOnlyLacking('outcome', refused)).toBe(false);
});

it('what the server says otherwise of a connection is untestable where something may stand in it', () => {
  const wrong = broken();
  const judged = judgedByPart('outcome', wrong, { isIndirect: true });
  expect(judged).toBeInstanceOf(Untestable);
  expect((judged as Error).message).toMatch(/may stand between .*--direct.*got: a refusal/s);
  expect(isOnlyLacking('outcome', judged)).toBe(true);
  expect(judgedByPart('outcome', wrong, { isIndirect: false })).toBe(wrong);
  const fault = new Error('no such session');
  expect(judgedByPart('outcome', fault, { isIndirect: true })).toBe(fault);
});
