import { setTimeout as sleep } from 'node:timers/promises';
import { Client, credentials } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HealthEndpoint } from './health.js';

const [serving, notServing] = [1, 2];

/** What the next check finds, `hangs` until it is interrupted. */
let state: 'well' | 'ill' | 'hangs';
let interrupt: ((reason: Error) => void) | undefined;
let interrupted: number;
let running: number;
let mostRunning: number;
let told: (string | null)[];
let endpoint: HealthEndpoint | undefined;

beforeEach(() => {
  [state, interrupted, running, mostRunning, told] = ['well', 0, 0, 0, []];
});

afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
});

async function run(): Promise<void> {
  mostRunning = Math.max(mostRunning, ++running);
  try {
    if (state === 'hangs') {
      await new Promise<void>((_, reject) => {
        interrupt = reject;
      });
    }
    if (state === 'ill') {
      throw new Error('no disk');
    }
  } finally {
    running--;
  }
}

async function open(intervalMs: number): Promise<HealthEndpoint> {
  endpoint = await HealthEndpoint.open('127.0.0.1', 0, {
    run,
    interrupt: () => {
      interrupted++;
      // A query does not end at once.
      const end = interrupt;
      setTimeout(() => end?.(new Error('INTERRUPT')), 50);
    },
    intervalMs,
    changed: (reason) => told.push(reason && reason.message),
  });
  return endpoint;
}

async function check({ port }: HealthEndpoint): Promise<number | undefined> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        '/grpc.health.v1.Health/Check',
        (request: Buffer) => request,
        (response) => response[1],
        Buffer.alloc(0),
        (error, status) => {
          if (error) {
            reject(error);
          } else {
            resolve(status);
          }
        },
      );
    });
  } finally {
    client.close();
  }
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    expect(performance.now()).toBeLessThan(deadline);
    await sleep(5);
  }
}

it.each([
  ['well', serving, []],
  ['ill', notServing, ['no disk']],
] as const)('answers by the first check from the start: %s', async (first, status, said) => {
  state = first;
  expect(await check(await open(60_000))).toBe(status);
  expect(told).toEqual(said);
});

it('follows what later checks find, and tells each change once', async () => {
  const opened = await open(5);
  for (const [now, status] of [
    ['ill', notServing],
    ['well', serving],
    ['ill', notServing],
  ] as const) {
    state = now;
    await until(async () => (await check(opened)) === status);
  }
  expect(told).toEqual(['no disk', null, 'no disk']);
});

it('does not wait for a check that takes too long, and has no two at a time', async () => {
  state = 'hangs';
  const opened = await open(20);
  expect(await check(opened)).toBe(notServing);
  await until(() => interrupted > 1);
  state = 'well';
  await until(async () => (await check(opened)) === serving);
  expect(told).toEqual(['it takes longer than 0.02 s', null]);
  expect(mostRunning).toBe(1);
});

it('ends the check that runs when it is closed, and starts no other', async () => {
  const opened = await open(200);
  state = 'hangs';
  await until(() => running === 1);
  await opened.close();
  endpoint = undefined;
  expect(running).toBe(0);
  expect(told).not.toContain('INTERRUPT');
  await expect(check(opened)).rejects.toThrow(/UNAVAILABLE/);
});
