import { INTEGER, StatementType, VARCHAR } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../errors.js';
import { sessionOn } from '../session-fixture.js';
import type { Session } from '../sessions/session.js';
import { notingContext } from './execution-fixture.js';
import type { Told } from './execution-fixture.js';
import { Execution } from './execution.js';
import type { ExecutionContext } from './execution.js';
import type { Executable, Statement } from './statement.js';

let told: Told;
let context: ExecutionContext;
let interrupt: ReturnType<typeof vi.fn<() => void>>;
let session: Session;

beforeEach(() => {
  vi.useFakeTimers();
  ({ told, context } = notingContext());
  interrupt = vi.fn<() => void>();
  session = sessionOn({ interrupt });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function execution(
  queryTimeoutSeconds = 0,
  parameters?: ConstructorParameters<typeof Execution>[2],
  type = StatementType.SELECT,
) {
  told.queryTimeoutSeconds = queryTimeoutSeconds;
  const executable = { type } as Executable;
  return new Execution(context, { id: 'statement', session, executable } as Statement, parameters);
}

const interrupted = new Error('INTERRUPT Error: Interrupted!');

/** Runs timers until an interrupt has been repeated, and whoever waits for the lane had his turn. */
const later = () => vi.advanceTimersByTimeAsync(100);

describe('the record of an execution', () => {
  it('that succeeds', async () => {
    const run = execution();
    await run.begin();
    expect(told.started).toEqual([
      { executionId: run.id, statementId: 'statement', bindParameters: null, startTime: told.now },
    ]);
    expect(told.finished).toEqual([]);
    told.now += 2_999n;
    run.handedOver(3);
    run.handedOver(4);
    run.succeed();
    run.dispose();
    expect(told.finished).toEqual([
      {
        id: run.id,
        endTime: told.now,
        durationMs: 2n,
        rowsFetched: 7,
        status: 'success',
        errorMessage: null,
        fetchStartTime: null,
        fetchEndTime: told.now - 999n,
        totalDurationMs: 2n,
        cursorCloseTime: told.now,
        queryProfile: null,
      },
    ]);
    expect(told.lines.map(([message]) => message)).toEqual([
      'execution started',
      'execution finished',
    ]);
    for (const [, fields] of told.lines) {
      expect(fields).toMatchObject({
        execution_id: run.id,
        statement_id: 'statement',
        session_id: 'session',
        user: 'alice',
        role: 'user',
      });
      expect(fields).not.toHaveProperty('error');
    }
  });

  it('has its parameters as a JSON array', async () => {
    const run = execution(0, { values: [5, "it's", null], types: [INTEGER, VARCHAR, VARCHAR] });
    await run.begin();
    expect(JSON.parse(told.started[0]?.bindParameters ?? '')).toEqual([5, "it's", null]);
    run.succeed();
    run.dispose();
  });

  it('that fails has the message that the client gets', async () => {
    const run = execution();
    await run.begin();
    const failure = run.fail(new Error('Conversion Error: x'));
    run.dispose();
    expect(failure).toMatchObject({ kind: 'unknown', message: 'Conversion Error: x' });
    expect(told.finished).toMatchObject([{ status: 'error', errorMessage: 'Conversion Error: x' }]);
    expect(told.lines.at(-1)?.[1]).toMatchObject({ status: 'error', error: 'Conversion Error: x' });
  });

  it('keeps a Failure as it is', async () => {
    const run = execution();
    await run.begin();
    const failure = new Failure('permission', 'no');
    expect(run.fail(failure)).toBe(failure);
    run.dispose();
    expect(told.finished).toMatchObject([{ status: 'error', errorMessage: 'no' }]);
  });

  it.each([
    ['cancelled', 'cancelled', 'Query was cancelled'],
    ['killed', 'cancelled', 'Your session has been killed. Please re-connect.'],
    ['timeout', 'timeout', 'Query exceeded the timeout of 0 seconds'],
  ] as const)('that is %s', async (cause, status, message) => {
    const run = execution();
    await run.begin();
    run.cancel(cause);
    run.cancel('cancelled');
    expect(run.cancelled).toBe(true);
    expect(interrupt).toHaveBeenCalledTimes(1);
    expect(run.fail(interrupted).message).toBe(message);
    run.dispose();
    await later();
    expect(told.finished).toMatchObject([{ status, errorMessage: message }]);
  });

  it('that takes too long', async () => {
    const run = execution(3);
    await run.begin();
    await vi.advanceTimersByTimeAsync(2_999);
    expect(interrupt).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(interrupt).toHaveBeenCalled();
    expect(run.fail(interrupted)).toMatchObject({
      kind: 'timeout',
      message: 'Query exceeded the timeout of 3 seconds',
    });
    run.dispose();
    await later();
    expect(told.finished).toMatchObject([{ status: 'timeout' }]);
  });

  it('that fails for another reason after somebody cancelled it', async () => {
    const run = execution();
    await run.begin();
    run.cancel('cancelled');
    run.fail(new Error('Out of Memory Error: x'));
    run.dispose();
    await later();
    expect(told.finished).toMatchObject([
      { status: 'error', errorMessage: 'Out of Memory Error: x' },
    ]);
  });

  it('that nobody reads to its end', async () => {
    const run = execution();
    await run.begin();
    run.dispose();
    run.dispose();
    expect(told.finished).toMatchObject([
      { status: 'cancelled', errorMessage: 'Query was cancelled' },
    ]);
  });

  it('names whoever ended it, not what followed from that in its transaction', async () => {
    const run = execution();
    await run.begin();
    run.cancel('killed');
    run.fail(
      new Error('TransactionContext Error: Current transaction is aborted (please ROLLBACK)'),
    );
    run.dispose();
    await later();
    expect(told.finished).toMatchObject([
      { status: 'cancelled', errorMessage: 'Your session has been killed. Please re-connect.' },
    ]);
  });

  it('is completed once', async () => {
    const run = execution();
    await run.begin();
    run.succeed();
    run.fail(new Error('late'));
    run.cancel('killed');
    run.dispose();
    expect(told.finished).toMatchObject([{ status: 'success' }]);
    expect(interrupt).not.toHaveBeenCalled();
  });

  it('is completed although its reader rests, once the connection is given on', async () => {
    const run = execution();
    const turn = await run.begin();
    turn.onAbandoned(() => {
      turn.release();
    });
    run.handedOver(3);
    run.cancel('killed');
    await later();
    expect(told.finished).toMatchObject([{ status: 'cancelled', rowsFetched: 3 }]);
    run.dispose();
  });
});

describe('an execution that never started', () => {
  it('because it was cancelled while it waited has no record', async () => {
    const turn = await session.lane.acquire();
    const run = execution();
    const begun = run.begin();
    run.cancel('cancelled');
    expect(interrupt).not.toHaveBeenCalled();
    turn.release();
    await expect(begun).rejects.toMatchObject({ kind: 'cancelled' });
    run.fail(await begun.catch((error: unknown) => error));
    run.dispose();
    expect([told.started, told.finished]).toEqual([[], []]);
    expect(await session.lane.run(() => Promise.resolve('free'))).toBe('free');
  });

  it('because it was cancelled before it waited has none', async () => {
    const run = execution();
    run.cancel('cancelled');
    await later();
    await expect(run.begin()).rejects.toMatchObject({ kind: 'cancelled' });
    run.dispose();
    expect([told.started, told.finished]).toEqual([[], []]);
    expect(await session.lane.run(() => Promise.resolve('free'))).toBe('free');
  });

  it.each(['killed', 'closed'] as const)('because its session was %s has none', async (ended) => {
    session.ended = ended;
    await expect(execution().begin()).rejects.toMatchObject({
      kind: 'cancelled',
      message:
        ended === 'killed'
          ? 'Your session has been killed. Please re-connect.'
          : 'Query was cancelled',
    });
    expect([told.started, told.finished]).toEqual([[], []]);
    expect(await session.lane.run(() => Promise.resolve('free'))).toBe('free');
  });
});

describe('an execution whose client has gone', () => {
  const open = { inTransaction: () => Promise.resolve(true) };

  it('has succeeded if it had sent everything', async () => {
    const run = execution();
    await run.begin();
    run.handedOver(5);
    run.leave();
    run.succeed();
    run.dispose();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told.finished).toMatchObject([{ status: 'success', rowsFetched: 5 }]);
    expect(interrupt).not.toHaveBeenCalled();
  });

  it('is interrupted when it runs on', async () => {
    const run = execution();
    await run.begin();
    run.handedOver(5);
    run.leave();
    run.leave();
    await vi.advanceTimersByTimeAsync(100);
    expect(interrupt).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(interrupt).toHaveBeenCalled();
    expect(run.fail(interrupted)).toMatchObject({
      kind: 'cancelled',
      message: 'The client left before it had the whole result',
    });
    run.dispose();
    await later();
    expect(told.finished).toMatchObject([{ status: 'cancelled', rowsFetched: 5 }]);
  });

  it('is not interrupted in a transaction once there are rows, and ends when its reader lets go', async () => {
    session = sessionOn({ interrupt, ...open });
    const run = execution();
    await run.begin();
    run.handedOver(5);
    run.answered();
    run.leave();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(interrupt).not.toHaveBeenCalled();
    expect(told.finished).toEqual([]);
    run.dispose();
    expect(told.finished).toMatchObject([
      { status: 'cancelled', errorMessage: 'The client left before it had the whole result' },
    ]);
  });

  it('is interrupted in a transaction when there are none: its client gave up waiting', async () => {
    session = sessionOn({ interrupt, ...open });
    const run = execution();
    await run.begin();
    run.leave();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(interrupt).toHaveBeenCalled();
    run.fail(interrupted);
    run.dispose();
    await later();
  });

  it('is not interrupted in a transaction when its rows come in time', async () => {
    session = sessionOn({ interrupt, ...open });
    const run = execution();
    await run.begin();
    run.leave();
    run.answered();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(interrupt).not.toHaveBeenCalled();
    run.dispose();
    expect(told.finished).toMatchObject([{ status: 'cancelled', rowsFetched: 0 }]);
  });

  it('may be ended by others all the same', async () => {
    session = sessionOn({ interrupt, ...open });
    const run = execution();
    await run.begin();
    run.handedOver(1);
    run.leave();
    run.cancel('killed');
    expect(interrupt).toHaveBeenCalled();
    run.fail(interrupted);
    run.dispose();
    await later();
    expect(told.finished).toMatchObject([
      { status: 'cancelled', errorMessage: expect.stringContaining('killed') as string },
    ]);
  });

  it('has its effect all the same, and is a success once it had it', async () => {
    const turn = await session.lane.acquire();
    const run = execution(0, undefined, StatementType.INSERT);
    const begun = run.begin();
    run.leave();
    turn.release();
    await begun;
    await vi.advanceTimersByTimeAsync(100_000);
    expect(interrupt).not.toHaveBeenCalled();
    run.answered();
    run.dispose();
    expect(told.finished).toMatchObject([{ status: 'success', rowsFetched: 0 }]);
  });

  it.each([
    ['its connection is lost', false],
    ['its connection is lost after the call was cancelled', true],
  ])('is interrupted before its effect when %s', async (_, cancelled) => {
    const run = execution(0, undefined, StatementType.INSERT);
    await run.begin();
    if (cancelled) {
      run.leave(false);
      expect(interrupt).not.toHaveBeenCalled();
    }
    run.leave(true);
    expect(interrupt).toHaveBeenCalled();
    run.fail(interrupted);
    run.dispose();
    await later();
    expect(told.finished).toMatchObject([{ status: 'cancelled' }]);
  });

  it.each([
    ['starts, and has a moment', false],
    ['does not start when its connection is lost', true],
  ])('while it waited for its turn %s', async (_, lost) => {
    const turn = await session.lane.acquire();
    const run = execution();
    const begun = run.begin();
    run.leave(lost);
    turn.release();
    if (lost) {
      await expect(begun).rejects.toMatchObject({ kind: 'cancelled' });
      run.dispose();
      expect([told.started, told.finished]).toEqual([[], []]);
      return;
    }
    await begun;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(interrupt).toHaveBeenCalled();
    run.fail(interrupted);
    run.dispose();
    await later();
    expect(told.finished).toMatchObject([{ status: 'cancelled' }]);
  });
});

describe('an interrupt', () => {
  it('is repeated until the execution ends: the engine forgets one that comes too early', async () => {
    const run = execution();
    await run.begin();
    run.cancel('cancelled');
    await vi.advanceTimersByTimeAsync(100);
    expect(interrupt.mock.calls.length).toBeGreaterThan(3);
    run.fail(interrupted);
    run.dispose();
    interrupt.mockClear();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(interrupt).not.toHaveBeenCalled();
  });

  it('never meets the next one on the connection', async () => {
    const run = execution();
    const turn = await run.begin();
    turn.release();
    run.cancel('cancelled');
    await vi.advanceTimersByTimeAsync(100);
    expect(interrupt).not.toHaveBeenCalled();
    expect(told.finished).toMatchObject([{ status: 'cancelled' }]);
  });
});

describe('a turn', () => {
  it('that was lent is not given on', async () => {
    const turn = await session.lane.acquire();
    const run = execution();
    expect(await run.begin(turn)).toBe(turn);
    run.succeed();
    run.dispose();
    expect(turn.released).toBe(false);
    turn.release();
  });

  it('of its own is', async () => {
    const run = execution();
    const turn = await run.begin();
    run.succeed();
    run.dispose();
    expect(turn.released).toBe(true);
  });
});
