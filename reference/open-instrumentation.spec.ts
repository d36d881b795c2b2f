import { expect, it, vi } from 'vitest';
import type { Connection } from './engine/connection.js';
import { filePace } from './instrumentation/pace.js';
import { revisions } from './instrumentation/revisions/all.js';
import { first } from './instrumentation/revisions/first.js';
import type { OpenStore, Store } from './instrumentation/stores/store.js';
import { nullLog, spiedLog } from './log-fixture.js';
import { openInstrumentation } from './open-instrumentation.js';

const connection = {} as unknown as Connection;
const clock = { now: () => 5n };

/** A store that notes what is done with it. */
function storeNoting(done: string[]): Store {
  const opened: OpenStore = {
    place: { catalog: 'Lake', schema: 'audit' },
    type: 'ducklake',
    keys: false,
    pace: { ...filePace, leastGatherMs: 0 },
    writeRows: () => {
      done.push('written');
      return Promise.resolve();
    },
    recover: (_, now) => {
      done.push(`recovered at ${now}`);
      return Promise.resolve();
    },
    guarded: { attachTypes: ['ducklake'], files: ['/file'], folders: ['/folder'] },
  };
  return {
    ownFiles: ['/own'],
    attached: ['lake'],
    open: () => {
      done.push('opened');
      return Promise.resolve(opened);
    },
  };
}

it('opens a store, recovers it, and records to it', async () => {
  const done: string[] = [];
  const context = { revision: first, parts: {}, clock, log: nullLog };
  const { recorder, rules, ...known } = await openInstrumentation(
    connection,
    storeNoting(done),
    context,
  );
  expect(known).toEqual({
    place: { catalog: 'Lake', schema: 'audit' },
    keys: false,
    ownFiles: ['/own'],
    files: ['/file'],
    folders: ['/folder'],
  });
  expect(() => {
    rules.mustNotMention('FROM LAKE.audit.sessions');
  }).toThrow('(lake)');
  recorder.instanceStopped(crypto.randomUUID(), 5n, 'graceful');
  expect(await recorder.close()).toBe(0);
  expect(done).toEqual(['opened', 'recovered at 5', 'written']);
});

it.each([
  ['1.27', 0],
  ['1.28', 1],
  ['1.34', 1],
])('warns from 1.28 on that a DuckLake is deprecated: %s', async (since, warnings) => {
  const log = spiedLog();
  const revision = revisions.find((each) => each.since === since) ?? expect.fail(since);
  const { recorder } = await openInstrumentation(connection, storeNoting([]), {
    ...{ revision, parts: {}, clock, log },
  });
  await recorder.close();
  expect(log.warn.mock.calls).toEqual(
    Array.from({ length: warnings }, () => [
      'records in a catalog of type ducklake are deprecated: keep them in a file',
      { catalog: 'Lake' },
    ]),
  );
});

it('recovers and writes as the parts say', async () => {
  const done: string[] = [];
  const recovery = vi.fn(() => Promise.resolve());
  const writeRows = vi.fn(() => Promise.resolve());
  const context = { revision: first, parts: { recovery, writeRows }, clock, log: nullLog };
  const { recorder } = await openInstrumentation(connection, storeNoting(done), context);
  recorder.instanceStopped(crypto.randomUUID(), 5n, 'graceful');
  await recorder.close();
  expect(recovery).toHaveBeenCalledWith(connection, 5n, first);
  expect(writeRows).toHaveBeenCalledOnce();
  expect(done).toEqual(['opened']);
});
