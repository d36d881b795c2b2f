import type { Work } from './queue-script.js';

/** The state of a statement in the model; `ended`: it executed until it was killed, which may be told in many ways. */
export type QueueState = 'queued' | 'executing' | 'success' | 'cancelled' | 'ended';

/** A statement that has arrived. */
export interface QueueEntry {
  readonly at: number;
  readonly work: Work;
  state: QueueState;
  /** Whether it had to wait. */
  waited: boolean;
}

/** What a queue with some slots should do: first in, first out. Short statements end as soon as they have a slot. */
export class QueueModel {
  /** In the order of their arrival. */
  readonly entries: QueueEntry[] = [];

  constructor(private readonly slots: number) {}

  /** Those that are executing or waiting, in order. */
  all(state: 'executing' | 'queued'): QueueEntry[] {
    return this.entries.filter((entry) => entry.state === state);
  }

  arrive(work: Work): QueueEntry {
    const entry: QueueEntry = { at: this.entries.length, work, state: 'queued', waited: false };
    this.entries.push(entry);
    this.serve();
    entry.waited = entry.state === 'queued';
    return entry;
  }

  /** It is killed. Those that get its slot, one after the other, are returned. */
  end(entry: QueueEntry): QueueEntry[] {
    entry.state = entry.state === 'queued' ? 'cancelled' : 'ended';
    return this.serve();
  }

  private serve(): QueueEntry[] {
    const served: QueueEntry[] = [];
    for (
      let [next] = this.all('queued');
      next !== undefined && this.all('executing').length < this.slots;
      [next] = this.all('queued')
    ) {
      next.state = next.work === 'short' ? 'success' : 'executing';
      served.push(next);
    }
    return served;
  }
}

/** The values of `status` that a record may have in a state. */
export const statusesOf = {
  queued: ['queued'],
  executing: ['executing'],
  success: ['success'],
  cancelled: ['cancelled'],
  ended: ['cancelled', 'error', 'timeout', 'success'],
} as const satisfies Record<QueueState, readonly string[]>;
