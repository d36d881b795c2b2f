import { Failure } from '../errors.js';

/** The limits of the queue, as the settings have them. */
export interface QueueLimits {
  /** Maximum number of statements that execute at once; 0: no limit. */
  readonly concurrent: number;
  /** Maximum number of statements that wait; 0: no limit; -1: eight for each that executes. */
  readonly queued: number;
}

/** The right to execute, until it is released. Further releases do nothing. */
export interface Slot {
  release(): void;
}

/** The number of waiting statements for each that executes, if no limit is set. */
const queuedPerExecuting = 8;
/** The seconds of a wait if no limit is set. */
const usualWaitSeconds = 300;

/** Limits how many statements execute at once. The others wait: first in, first out. */
export class StatementQueue {
  private executing = 0;
  /** The places of the waiting statements, in order. */
  protected places: Place[] = [];

  constructor(private readonly limits: () => QueueLimits) {}

  /** A slot, if one is free and nobody waits for it. */
  enter(): Slot | null {
    return this.hasRoom && !this.places.some((place) => place.isReady) ? this.slot() : null;
  }

  /**
   * A place in the queue for at most `maxSeconds`; 0: without a limit; -1: 300. Throws Failure('unavailable')
   * if too many wait already.
   */
  join(maxSeconds: number): Place {
    const most = this.mostQueued;
    if (most > 0 && this.places.length >= most) {
      throw new Failure(
        'unavailable',
        `The statement queue is full: ${this.places.length} statements wait already, and gizmosql.max_queued_statements allows ${most}. Try again later`,
      );
    }
    const place = new Place(maxSeconds < 0 ? usualWaitSeconds : maxSeconds, {
      concurrent: () => this.limits().concurrent,
      serve: () => {
        this.serve();
      },
      leave: () => {
        this.places = this.places.filter((other) => other !== place);
        this.serve();
      },
    });
    this.places.push(place);
    return place;
  }

  /** Must be called when the limits have changed. */
  serve(): void {
    for (let next = this.next(); next !== undefined; next = this.next()) {
      next.give(this.slot());
    }
  }

  /** The one that gets the next slot; undefined if none is free or nobody is ready. */
  protected next(): Place | undefined {
    return this.hasRoom ? this.places.find((place) => place.isReady) : undefined;
  }

  private get hasRoom(): boolean {
    const { concurrent } = this.limits();
    return concurrent === 0 || this.executing < concurrent;
  }

  private get mostQueued(): number {
    const { concurrent, queued } = this.limits();
    return queued < 0 ? queuedPerExecuting * concurrent : queued;
  }

  private slot(): Slot {
    this.executing++;
    let released = false;
    return {
      release: () => {
        if (!released) {
          released = true;
          this.executing--;
          this.serve();
        }
      },
    };
  }
}

/** What a place needs of its queue. */
interface QueueOfPlace {
  concurrent(): number;
  serve(): void;
  leave(): void;
}

/**
 * A statement's place in the queue. It keeps its place while it is not ready for a slot, as when its session
 * is busy; others may then pass.
 */
export class Place {
  private take: ((slot: Slot) => void) | null = null;
  private refuse: ((why: Failure) => void) | null = null;
  private readonly ending = new AbortController();
  private failure: Failure | null = null;
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(
    maxSeconds: number,
    private readonly queue: QueueOfPlace,
  ) {
    if (maxSeconds > 0) {
      this.timer = setTimeout(() => {
        this.leave(
          new Failure(
            'unavailable',
            `The statement has waited for ${maxSeconds} seconds, as long as gizmosql.max_queue_wait allows, while ${queue.concurrent()} others were executed. Try again later`,
          ),
        );
      }, maxSeconds * 1000);
    }
  }

  /** Whether it waits for a slot now. */
  get isReady(): boolean {
    return this.take !== null;
  }

  /** Aborts when the wait has ended without a slot. */
  get over(): AbortSignal {
    return this.ending.signal;
  }

  /** Why the wait has ended without a slot; null if it has not. */
  get why(): Failure | null {
    return this.failure;
  }

  /** Waits for a slot. Throws the Failure with which the wait ends instead. */
  slot(): Promise<Slot> {
    if (this.failure !== null) {
      return Promise.reject(this.failure);
    }
    const slot = new Promise<Slot>((resolve, reject) => {
      this.take = resolve;
      this.refuse = reject;
    });
    this.queue.serve();
    return slot;
  }

  /** Hands over a slot. Only the queue calls it, and only if it is ready. */
  give(slot: Slot): void {
    this.take?.(slot);
    this.take = null;
    this.refuse = null;
  }

  /** Ends the wait, without a slot if `why` is given. Further calls do nothing. */
  leave(why?: Failure): void {
    if (this.ending.signal.aborted) {
      return;
    }
    clearTimeout(this.timer);
    this.failure = why ?? null;
    this.ending.abort();
    if (why !== undefined) {
      this.refuse?.(why);
    }
    this.take = null;
    this.refuse = null;
    this.queue.leave();
  }
}
