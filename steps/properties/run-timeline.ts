import { setTimeout as delay } from 'node:timers/promises';
import type { RunningQuery } from '../client/running-query.js';
import type { Attempt, Session } from '../scenario/session.js';
import { refusalIn } from '../scenario/session.js';
import { broken } from '../scenario/conversation.js';
import type { World } from '../scenario/world.js';
import type { ObservedExecution } from './observed-execution.js';
import { readTimed } from './timed-reading.js';
import { isLarge, stepName, textOf } from './timeline-script.js';
import type { Reading, TimelineScript, TimelineStep } from './timeline-script.js';

type Step<Do extends TimelineStep['do']> = Extract<TimelineStep, { do: Do }>;
/** An observation before it is known what the client does next. */
type Draft = { -readonly [Name in keyof ObservedExecution]: ObservedExecution[Name] };

/** The sessions of a script and what their clients saw. */
export interface TimelineRun {
  readonly sessions: readonly Session[];
  /** In the order of each session. */
  readonly observed: readonly ObservedExecution[];
}

/**
 * Performs the steps of all sessions at the same time, and closes the sessions. Throws PromiseBroken when an answer
 * is wrong. `pauseMs` is the length of a pause. Resolves to null if the machine is too slow for a large result.
 */
export async function runTimeline(
  world: World,
  script: TimelineScript,
  pauseMs: number,
): Promise<TimelineRun | null> {
  const sessions: Session[] = [];
  for (const lane of script.keys()) {
    sessions.push(await world.sessions.start(`reader ${lane + 1}`, 'admin'));
  }
  try {
    const lanes = await Promise.allSettled(
      sessions.map((session, lane) =>
        new TimelineLane(session, lane, pauseMs).perform(script[lane] ?? []),
      ),
    );
    const failures = lanes.filter((lane) => lane.status === 'rejected');
    const failure = failures.find(({ reason }) => !(reason instanceof OutOfTime));
    if (failure !== undefined) {
      throw failure.reason;
    }
    const observed = lanes.flatMap((lane) => (lane.status === 'rejected' ? [] : lane.value));
    return failures.length > 0 ? null : { sessions, observed };
  } finally {
    await Promise.all(sessions.map((session) => session.dispose()));
  }
}

/** A client did not get all of a large result before its call's deadline. */
class OutOfTime extends Error {
  constructor() {
    super('the deadline of a call is too short for a large result');
  }
}

/** One session of a script. */
class TimelineLane {
  private readonly observed: Draft[] = [];

  constructor(
    private readonly session: Session,
    private readonly lane: number,
    private readonly pauseMs: number,
  ) {}

  async perform(steps: readonly TimelineStep[]): Promise<readonly ObservedExecution[]> {
    for (const [at, step] of steps.entries()) {
      await this.step(step, stepName(this.lane, at));
    }
    await this.session.close();
    return this.observed;
  }

  private async step(step: TimelineStep, name: string): Promise<void> {
    switch (step.do) {
      case 'query': {
        const text = textOf(step, name);
        await this.read(text, step.reading, (client) => client.startQuery(text));
        return;
      }
      case 'prepared query':
        await this.prepared(step, textOf(step, name));
        return;
      case 'update':
        await this.update(step, textOf(step, name));
        return;
      case 'failure':
        await this.fail(step, textOf(step, name));
        return;
      case 'rest':
        await this.rest(step.pauses, 'restedMs');
    }
  }

  private async rest(pauses: number, noted: 'idledMs' | 'restedMs'): Promise<void> {
    const begun = performance.now();
    await delay(pauses * this.pauseMs);
    const last = this.observed.at(-1);
    if (last !== undefined) {
      last[noted] += performance.now() - begun;
    }
  }

  private async prepared({ executions }: Step<'prepared query'>, text: string): Promise<void> {
    await this.session.prepare(text);
    const { statement } = this.session.prepared;
    for (const { reading, idle } of executions) {
      await this.read(text, reading, () => statement.start());
      await this.rest(idle, 'idledMs');
    }
    await this.close();
  }

  /** Closes the prepared statement, of which the last execution was the session's last. */
  private async close(): Promise<void> {
    const sent = performance.now();
    await this.session.closePrepared();
    const last = this.observed.at(-1);
    if (last !== undefined) {
      last.closing = { sent, answered: performance.now() };
    }
  }

  private async update({ door }: Step<'update'>, text: string): Promise<void> {
    const draft = this.begin(text);
    await this.session.execute(text, door);
    this.observed.push({ ...draft, ended: performance.now() });
  }

  private async fail({ prepared, late }: Step<'failure'>, text: string): Promise<void> {
    if (prepared) {
      await this.session.prepare(text);
    }
    const draft = this.begin(text);
    let rows = 0;
    const outcome = await this.session.perform(text, async (client) => {
      const query = await (prepared
        ? this.session.prepared.statement.start()
        : client.startQuery(text));
      for await (const size of query.batchSizes()) {
        rows += size;
      }
      return `${rows} rows`;
    });
    const ended = performance.now();
    refusalIn(text, outcome);
    // The specification does not say whether rows go out before an error that comes after many.
    const fetch = rows > 0 ? 'some rows' : late ? 'no row' : 'no result';
    this.observed.push({ ...draft, ended, fetch });
    if (prepared) {
      await this.close();
    }
  }

  private async read(
    text: string,
    reading: Reading,
    start: (client: Parameters<Attempt['act']>[0]) => Promise<RunningQuery>,
  ): Promise<void> {
    const draft = this.begin(text);
    let got: Awaited<ReturnType<typeof readTimed>> | undefined;
    const outcome = await this.session.perform(text, async (client) => {
      got = await readTimed(await start(client), reading, this.readingPauseMs);
      return `${got.rows} rows`;
    });
    if ('error' in outcome) {
      throw isLarge(text) && outcome.error.code === 'DEADLINE_EXCEEDED'
        ? new OutOfTime()
        : broken('a result to read', text, outcome.error);
    }
    const { rows = 0, sawEnd = false, delayedMs = 0 } = got ?? {};
    this.observed.push({
      ...draft,
      ended: sawEnd ? performance.now() : null,
      fetch: rows > 0 ? 'some rows' : 'no row',
      delayedMs,
    });
  }

  /** Two of them must leave time for the reading within the deadline of a call. */
  private get readingPauseMs(): number {
    return Math.min(this.pauseMs, this.session.settings.timeoutMs / 6);
  }

  private begin(text: string): Draft {
    return {
      session: this.session.settings.name,
      text,
      sent: performance.now(),
      ended: null,
      fetch: 'no result',
      delayedMs: 0,
      idledMs: 0,
      closing: null,
      restedMs: 0,
    };
  }
}
