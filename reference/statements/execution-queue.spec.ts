import { StatementType } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Failure } from '../errors.js';
import { sessionOn } from '../session-fixture.js';
import type { Session } from '../sessions/session.js';
import { notingContext } from './execution-fixture.js';
import type { Told } from './execution-fixture.js';
import { Execution } from './execution.js';
import type { ExecutionContext } from './execution.js';
import type { Executable, Statement } from './statement.js';

let told: Told;
let context: ExecutionContext;

beforeEach(() => {
  vi.useFakeTimers();
  ({ told, context } = notingContext());
  told.limits = { concurrent: 1, queued: 0 };
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const newSession = () => sessionOn({ interrupt: () => undefined });

function execution(session: Session = newSession(), changes: Partial<Statement> = {}) {
  const executable = { type: StatementType.SELECT } as Executable;
  const statement = { id: 'statement', session, executable, ...changes } as Statement;
  return new Execution(context, statement);
}

/** Begins; what it came to is noted. */
function begin(run: Execution) {
  const state = { begun: false, failure: null as Failure | null };
  run.begin().then(
    () => (state.begun = true),
    (error: unknown) => {
      state.failure = run.fail(error);
      run.dispose();
    },
  );
  return state;
}

const settled = () => vi.advanceTimersByTimeAsync(0);

/** An execution that holds the only slot. */
async function first(): Promise<Execution> {
  const run = execution();
  await run.begin();
  return run;
}

function end(run: Execution): void {
  run.succeed();
  run.dispose();
}

describe('an execution that waits in the queue', () => {
  it('is recorded as queued, and then as started', async () => {
    const one = await first();
    const run = execution();
    const state = begin(run);
    await settled();
    expect(told.queued).toEqual([
      {
        executionId: run.id,
        statementId: 'statement',
        bindParameters: null,
        enqueueTime: told.now,
      },
    ]);
    expect(told.started).toHaveLength(1);
    told.now += 5_000n;
    end(one);
    await settled();
    expect(state.begun).toBe(true);
    expect(told.started[1]).toEqual({
      ...{ executionId: run.id, statementId: 'statement', bindParameters: null },
      startTime: told.now,
    });
    end(run);
    expect(told.finished[1]).toMatchObject({ id: run.id, status: 'success', durationMs: 0n });
    expect(told.lines.map(([message]) => message)).toContain('execution queued');
  });

  it.each([
    [
      'killed',
      (run: Execution) => {
        run.cancel('killed');
      },
      'Your session has been killed',
    ],
    [
      'cancelled',
      (run: Execution) => {
        run.cancel('cancelled');
      },
      'Query was cancelled',
    ],
    [
      'left by its client',
      (run: Execution) => {
        run.leave(false);
      },
      'The client left',
    ],
    [
      'left by its lost client',
      (run: Execution) => {
        run.leave(true);
      },
      'The client left',
    ],
  ])('and is %s ends at once, without a start of its own', async (_, stop, message) => {
    const one = await first();
    const run = execution();
    const state = begin(run);
    const after = execution();
    const next = begin(after);
    await settled();
    told.now += 7_000n;
    stop(run);
    await settled();
    expect(state.failure).toMatchObject({ kind: 'cancelled' });
    expect(state.failure?.message).toContain(message);
    expect(told.started[1]).toMatchObject({ executionId: run.id, startTime: told.now });
    expect(told.finished).toMatchObject([
      { id: run.id, status: 'cancelled', endTime: told.now, durationMs: 0n, rowsFetched: 0 },
    ]);
    expect(told.lines.map(([said]) => said)).toEqual([
      'execution started',
      'execution queued',
      'execution queued',
      'execution finished',
    ]);
    end(one);
    await settled();
    expect(next.begun).toBe(true);
    end(after);
  });

  it('whose client is gone already does not wait', async () => {
    const one = await first();
    const run = execution();
    run.leave(false);
    const state = begin(run);
    await settled();
    expect(state.failure).toMatchObject({ kind: 'cancelled' });
    expect(told.finished).toMatchObject([{ id: run.id, status: 'cancelled' }]);
    end(one);
  });

  it('for too long fails', async () => {
    const one = await first();
    const session = newSession();
    session.settings = { maxQueueWaitSeconds: 2 };
    const run = execution(session);
    const state = begin(run);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(state.failure).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(state.failure).toMatchObject({ kind: 'unavailable' });
    expect(told.finished).toMatchObject([
      { id: run.id, status: 'error', errorMessage: state.failure?.message },
    ]);
    end(one);
  });

  it('is not begun by the query timeout, which counts from the start', async () => {
    const one = await first();
    told.queryTimeoutSeconds = 1;
    const run = execution();
    const state = begin(run);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(state).toEqual({ begun: false, failure: null });
    end(one);
    await settled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(run.cancelled).toBe(true);
    run.fail(undefined);
    run.dispose();
    await vi.advanceTimersByTimeAsync(100);
    expect(told.finished[1]).toMatchObject({ status: 'timeout' });
  });

  it('does not keep its session from other work', async () => {
    const one = await first();
    const session = newSession();
    const run = execution(session);
    const state = begin(run);
    await settled();
    expect(await session.lane.run(() => Promise.resolve('done'))).toBe('done');
    const turn = await session.lane.acquire();
    end(one);
    await settled();
    // Its session is busy, so another gets the slot.
    expect(state.begun).toBe(false);
    const other = await first();
    turn.release();
    await settled();
    expect(state.begun).toBe(false);
    end(other);
    await settled();
    expect(state.begun).toBe(true);
    end(run);
  });

  it('for its session, too, ends at once when it is cancelled', async () => {
    const one = await first();
    const session = newSession();
    const run = execution(session);
    const state = begin(run);
    await settled();
    const turn = await session.lane.acquire();
    end(one);
    await settled();
    run.cancel('killed');
    await settled();
    expect(state.failure?.message).toContain('Your session has been killed');
    expect(told.finished[1]).toMatchObject({ id: run.id, status: 'cancelled' });
    turn.release();
    await settled();
    end(await first());
  });

  it('keeps a turn that was lent', async () => {
    const one = await first();
    const session = newSession();
    const turn = await session.lane.acquire();
    const run = execution(session);
    const begun = run.begin(turn);
    await settled();
    expect([told.queued.length, turn.released]).toEqual([1, false]);
    end(one);
    expect(await begun).toBe(turn);
    end(run);
    turn.release();
  });
});

it('fails when too many wait, and is recorded as an error that never waited', async () => {
  told.limits = { concurrent: 1, queued: 1 };
  const one = await first();
  const waits = execution();
  const waiting = begin(waits);
  await settled();
  const run = execution();
  const state = begin(run);
  await settled();
  expect(state.failure).toMatchObject({ kind: 'unavailable' });
  expect(told.queued.map(({ executionId }) => executionId)).toEqual([waits.id]);
  expect(told.finished).toMatchObject([
    { id: run.id, status: 'error', errorMessage: state.failure?.message },
  ]);
  end(one);
  await settled();
  expect(waiting.begun).toBe(true);
  end(waits);
});

it.each([
  ['of the server itself', { isInternal: true }],
  [
    'that is a command of the server',
    { executable: { type: null, isCommand: true } as Executable },
  ],
])('a statement %s never waits, and takes no slot', async (_, changes) => {
  const one = await first();
  const run = execution(newSession(), changes);
  await run.begin();
  end(one);
  const two = await first();
  end(run);
  end(two);
  expect(told.queued).toEqual([]);
});

it('a session that may bypass the queue never waits', async () => {
  const one = await first();
  const session = newSession();
  session.settings = { bypassQueue: true };
  const run = execution(session);
  await run.begin();
  end(run);
  end(one);
  expect(told.queued).toEqual([]);
});

it.each([
  [
    'succeeds',
    (run: Execution) => {
      run.succeed();
    },
  ],
  ['fails', (run: Execution) => run.fail(new Error('x'))],
  [
    'is cancelled',
    (run: Execution) => {
      run.cancel('cancelled');
    },
  ],
  ['is left', () => undefined],
])('the slot of one that %s is given back', async (_, stop) => {
  const one = await first();
  stop(one);
  one.dispose();
  await vi.advanceTimersByTimeAsync(100);
  const two = execution();
  expect(begin(two)).toBeDefined();
  await settled();
  expect(told.queued).toEqual([]);
  end(two);
  await vi.advanceTimersByTimeAsync(100);
});

it('the slot is given back when the engine has finished, although the client still reads', async () => {
  const one = await first();
  const run = execution();
  const state = begin(run);
  await settled();
  one.engineFinished();
  await settled();
  expect(state.begun).toBe(true);
  end(one);
  const third = begin(execution());
  await settled();
  expect(third.begun).toBe(false);
  end(run);
  await settled();
  expect(third.begun).toBe(true);
});
