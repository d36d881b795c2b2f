import { currentCall } from '../sessions/current-call.js';
import type { CancelCause, Cancellable, Session } from '../sessions/session.js';
import { cancelFailure, interruptAgainMs } from './cancellation.js';

/**
 * The preparation of a statement, as cancellable work: the engine may take hours and all memory to plan a
 * short text.
 */
export class Preparation implements Cancellable {
  private cause: CancelCause | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly session: Session,
    /** 0: no limit. */
    private readonly timeoutSeconds: number,
  ) {}

  /**
   * Runs the preparation for a caller that holds the session's connection. Throws a Failure with the cause if
   * it was cancelled.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { running } = this.session;
    const lost = currentCall()?.lost;
    const leave = () => {
      this.cancel('left');
    };
    const timeout =
      this.timeoutSeconds > 0
        ? setTimeout(() => {
            this.cancel('timeout');
          }, this.timeoutSeconds * 1000)
        : undefined;
    running.add(this);
    lost?.addEventListener('abort', leave);
    try {
      return await work();
    } catch (error) {
      if (this.cause === null) {
        throw error;
      }
      // The cause 'left' is about a result, and there is none yet.
      const cause = this.cause === 'left' ? 'cancelled' : this.cause;
      throw cancelFailure(cause, this.timeoutSeconds);
    } finally {
      running.delete(this);
      lost?.removeEventListener('abort', leave);
      clearTimeout(timeout);
      clearInterval(this.timer ?? undefined);
    }
  }

  cancel(cause: CancelCause): void {
    if (this.cause === null) {
      this.cause = cause;
      const interrupt = () => {
        this.session.connection.interruptPreparing();
      };
      interrupt();
      this.timer = setInterval(interrupt, interruptAgainMs);
    }
  }
}
