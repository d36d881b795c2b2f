import { setTimeout as delay } from 'node:timers/promises';
import { PromiseBroken } from '../errors/promise-broken.js';
import { housekeepingMark } from '../scenario/conversation.js';
import { becomes } from '../scenario/visibility.js';
import type { World } from '../scenario/world.js';
import type { ObservedArrival } from './judge-queue.js';
import { QueueModel, statusesOf } from './queue-model.js';
import type { QueueEntry } from './queue-model.js';
import { QueueClient } from './queue-client.js';
import type { Ending, QueueScript, QueueStep } from './queue-script.js';
import { readTimelines, showTimeline, timelinesOf } from './recorded-timeline.js';
import type { RecordedTimeline } from './recorded-timeline.js';

/** How long to wait, in milliseconds. */
export interface QueuePace {
  readonly pauseMs: number;
  /** Before a statement that should find a free slot. */
  readonly settleMs: number;
}

type Arrival = Extract<QueueStep, { do: 'arrive' }>;
type Observed = { -readonly [Name in keyof ObservedArrival]: ObservedArrival[Name] };

/** The statements of a script, in the order of their arrival, and their records. */
export type QueueRun = readonly (ObservedArrival & { readonly record: RecordedTimeline })[];

/** How long a long statement executes unless it is killed, in milliseconds; its client may give up before. */
const longMs = 60_000;
/** The share of this time after which a difference of the records may be due to its end. */
const mostSpent = 0.9;

/**
 * Performs a script on a server with this number of slots. Each step begins when the records have the state of the
 * model after the last one. Throws PromiseBroken if they do not come to it. Leaves out what the machine is too slow
 * for before the first long statement ends by itself; resolves to null if one has.
 */
export async function runQueue(
  world: World,
  script: QueueScript,
  options: QueuePace & { readonly slots: number },
): Promise<QueueRun | null> {
  const run = new RunningQueue(world, options);
  try {
    await run.open(script.filter((step) => step.do === 'arrive'));
    for (const step of script) {
      if (run.hasTime) {
        await run.perform(step);
      }
    }
    return await run.finish();
  } catch (error) {
    if (error instanceof PromiseBroken && run.spent > mostSpent) {
      return null;
    }
    throw error;
  } finally {
    await run.close();
  }
}

class RunningQueue {
  private readonly model: QueueModel;
  /** All sessions are opened at first, because a login may have to wait for a slot, too. */
  private readonly clients: QueueClient[] = [];
  private readonly observed: Observed[] = [];
  private records: readonly RecordedTimeline[] = [];

  constructor(
    private readonly world: World,
    private readonly options: QueuePace & { readonly slots: number },
  ) {
    this.model = new QueueModel(options.slots);
  }

  async open(arrivals: readonly Arrival[]): Promise<void> {
    for (const [at, arrival] of arrivals.entries()) {
      const session = await this.world.sessions.start(`session ${at + 1}`, 'user');
      const client = new QueueClient(session, arrival, at);
      await client.open();
      this.clients.push(client);
    }
  }

  /** The share of the time that a long statement has, which has passed since the first one was sent. */
  get spent(): number {
    const [first] = this.observed;
    return first === undefined ? 0 : (performance.now() - first.sent) / this.mostMs;
  }

  /** Whether a difference after another step would be known early enough to count. */
  get hasTime(): boolean {
    return this.spent + this.world.visibilityMs / this.mostMs < mostSpent - 0.05;
  }

  private get mostMs(): number {
    return Math.min(longMs, this.clients[0]?.session.settings.timeoutMs ?? longMs);
  }

  async perform(step: QueueStep): Promise<void> {
    switch (step.do) {
      case 'arrive':
        await this.arrive(step);
        return;
      case 'end': {
        const all = this.model.all(step.of === 'waiting' ? 'queued' : 'executing');
        const entry = all[step.which % Math.max(1, all.length)];
        if (entry !== undefined) {
          await this.end(entry, step.how);
        }
        return;
      }
      case 'wait':
        await delay(step.pauses * this.options.pauseMs);
    }
  }

  /** Ends all that still executes. */
  async finish(): Promise<QueueRun> {
    for (
      let [entry] = this.model.all('executing');
      entry !== undefined;
      [entry] = this.model.all('executing')
    ) {
      await this.end(entry, 'kill');
    }
    await this.agreement(true);
    await Promise.all(this.clients.map((client) => client.mustHaveSucceeded()));
    return this.observed.map((each) => ({ ...each, record: this.recordOf(each.entry) }));
  }

  async close(): Promise<void> {
    for (const [at] of this.clients.entries()) {
      const entry = this.model.entries[at];
      if (entry === undefined || entry.state === 'queued' || entry.state === 'executing') {
        // A server that did something else may execute or queue it still.
        await this.kill(at).catch(() => undefined);
      }
    }
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private async arrive({ work }: Arrival): Promise<void> {
    if (this.model.all('executing').length < this.options.slots) {
      await delay(this.options.settleMs);
    }
    const sent = performance.now();
    const entry = this.model.arrive(work);
    const client = this.clientOf(entry);
    client.send();
    const observed = { entry, text: client.text, sent, seenWaiting: null, released: null };
    this.observed.push({ ...observed, seenOver: sent });
    await this.agreement();
  }

  private async end(entry: QueueEntry, how: Ending): Promise<void> {
    const released = performance.now();
    const wasWaiting = entry.state === 'queued';
    const served = this.model.end(entry);
    for (const each of wasWaiting ? [entry] : served) {
      this.observationOf(each).released = released;
    }
    if (how === 'cancel and kill') {
      this.clientOf(entry).cancel();
    }
    await this.kill(entry.at);
    await this.agreement();
  }

  private async kill(at: number): Promise<void> {
    const client = this.clients[at];
    if (client !== undefined) {
      const admin = await this.world.sessions.ofRole('admin');
      await admin.execute(this.world.fill(`KILL SESSION '\${session ${at + 1}}'`));
      client.killed();
    }
  }

  /** Waits until the records have the state of the model, and at the end, too, all their times. */
  private async agreement(finished = false): Promise<void> {
    const ids = this.clients.map(({ session: { id } }) => id);
    const sql = timelinesOf(ids, housekeepingMark);
    this.records = await becomes(
      {
        promised: `the statements in these states: ${this.model.entries
          .map((entry) => `${this.clientOf(entry).name}: ${statusesOf[entry.state].join(' or ')}`)
          .join(', ')}`,
        sent: sql,
        look: async () => readTimelines(await this.world.look(sql)),
        judge: (records) => this.difference(records, finished),
      },
      this.world.visibilityMs,
    );
    const now = performance.now();
    for (const each of this.observed) {
      if (each.entry.state === 'queued') {
        each.seenWaiting ??= now;
      } else if (each.entry.state !== 'executing' && each.seenOver === each.sent) {
        each.seenOver = now;
      }
    }
  }

  private difference(records: readonly RecordedTimeline[], finished: boolean): string | undefined {
    const wrong = this.model.entries.find((entry) => {
      const [record, ...more] = this.recordsOf(entry, records);
      const statuses: readonly unknown[] = statusesOf[entry.state];
      const isRight = record !== undefined && statuses.includes(record.status);
      const isComplete = !finished || record?.execution_end_time !== null;
      return !isRight || !isComplete || more.length > 0;
    });
    if (wrong === undefined) {
      return undefined;
    }
    const shown = this.model.entries.map((entry) => {
      const own = this.recordsOf(entry, records);
      return `${this.clientOf(entry).name}: ${own.length === 0 ? 'no record' : own.map(showTimeline).join(' and ')}`;
    });
    return shown.join('\n');
  }

  private recordsOf({ at }: QueueEntry, records = this.records): readonly RecordedTimeline[] {
    return records.filter(({ session }) => session === this.clients[at]?.session.id);
  }

  private recordOf(entry: QueueEntry): RecordedTimeline {
    const [record] = this.recordsOf(entry);
    if (record === undefined) {
      throw new PromiseBroken('a record of each statement', this.clientOf(entry).text, 'none');
    }
    return record;
  }

  private clientOf({ at }: QueueEntry): QueueClient {
    const client = this.clients[at];
    if (client === undefined) {
      throw new Error(`the script has no session ${at + 1}`);
    }
    return client;
  }

  private observationOf({ at }: QueueEntry): Observed {
    const observed = this.observed[at];
    if (observed === undefined) {
      throw new Error(`the script has no arrival ${at + 1}`);
    }
    return observed;
  }
}
