import { broken } from '../scenario/conversation.js';
import type { Session } from '../scenario/session.js';
import { queueText } from './queue-script.js';
import type { QueueStep } from './queue-script.js';

/** A session of a queue's script, which sends one statement and does not wait for it. */
export class QueueClient {
  readonly text: string;
  private work: Promise<unknown> = Promise.resolve();
  private error: unknown;

  constructor(
    readonly session: Session,
    private readonly arrival: Extract<QueueStep, { do: 'arrive' }>,
    at: number,
  ) {
    this.text = queueText(arrival.work, arrival.door, at);
  }

  get name(): string {
    return this.session.settings.name;
  }

  /** Prepares now what it executes later, because that may have to wait for a slot. */
  async open(): Promise<void> {
    if (this.arrival.door === 'a prepared query') {
      await this.session.prepare(this.text);
    }
  }

  /** Sends the statement. Whatever becomes of it is known later. */
  send(): void {
    this.work = this.execute().catch((error: unknown) => {
      this.error = error;
    });
  }

  /** Asks the server to cancel it, without waiting for an answer: what follows ends it in any case. */
  cancel(): void {
    const { session } = this;
    if (this.arrival.door !== 'an update' && session.hasRunning) {
      const { info } = session.running.query;
      void session
        .perform('CancelQuery', (client) => client.cancelQuery(info))
        .catch(() => undefined);
    }
  }

  /** Its session was killed. */
  killed(): void {
    this.session.usable = false;
  }

  /** Throws PromiseBroken if a short statement has failed. */
  async mustHaveSucceeded(): Promise<void> {
    if (this.arrival.work === 'short' && this.session.usable) {
      await this.work;
      if (this.error !== undefined) {
        throw broken('a short statement succeeds once it has a slot', this.text, this.error);
      }
    }
  }

  async close(): Promise<void> {
    await this.session.dispose();
    await this.work;
  }

  private async execute(): Promise<void> {
    const { session, arrival, text } = this;
    if (arrival.door === 'an update') {
      await session.execute(text, 'an update');
      return;
    }
    const { query } = await (arrival.door === 'a query'
      ? session.start(text)
      : session.startPrepared());
    if (arrival.work !== 'long, not read') {
      await query.readToEnd();
    }
  }
}
