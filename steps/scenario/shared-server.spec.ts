import { beforeEach, expect, it } from 'vitest';
import type { Target } from '../targets/target.js';
import { SharedServer } from './shared-server.js';

let answers: boolean;
let asked: number;
let borrowed: number;
let shared: SharedServer;

const servers = (starts: boolean) => ({
  isAnswering: () => {
    asked++;
    return Promise.resolve(answers);
  },
  borrow: () => {
    borrowed++;
    return Promise.resolve();
  },
  target: {
    offers: () =>
      Promise.resolve(starts ? { offered: true } : { offered: false, reason: 'not its own' }),
  } as unknown as Target,
});

beforeEach(() => {
  [answers, asked, borrowed] = [false, 0, 0];
  shared = new SharedServer();
});

it('is asked nothing while no scenario failed on it', async () => {
  expect(await shared.provide(servers(true))).toBeUndefined();
  expect([asked, borrowed]).toEqual([0, 0]);
});

it('goes on if it still answers after a failure', async () => {
  answers = true;
  shared.suspect();
  expect(await shared.provide(servers(true))).toBeUndefined();
  expect(await shared.provide(servers(true))).toBeUndefined();
  expect([asked, borrowed]).toEqual([1, 0]);
});

it('is replaced for all scenarios once it has ended', async () => {
  shared.suspect();
  expect(await shared.provide(servers(true))).toBeUndefined();
  expect(await shared.provide(servers(true))).toBeUndefined();
  expect([asked, borrowed]).toEqual([1, 2]);
});

it('leaves the others untestable where the suite cannot start one', async () => {
  shared.suspect();
  const verdict = { status: 'untestable', reason: 'the server ended during the run' };
  expect(await shared.provide(servers(false))).toEqual(verdict);
  expect(await shared.provide(servers(false))).toEqual(verdict);
  expect(borrowed).toBe(0);
});
