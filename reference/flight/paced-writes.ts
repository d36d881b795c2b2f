/** One message is made while the one before is on its way. */
const mostUnderWay = 2;

/** The part of a ServerWritableStream that is used. */
interface Stream<T> {
  once(event: 'cancelled', listener: () => void): unknown;
  write(message: T, written: (error?: Error | null) => void): unknown;
}

/**
 * Writes messages at the client's pace. Node.js would take sixteen of them before it asks for a pause, and a result of
 * many megabytes would seem to be delivered while its client has hardly begun to read. Here a message counts as
 * delivered when HTTP/2 has taken it, within the client's window.
 */
export class PacedWrites<T> {
  private underWay = 0;
  private hasGone = false;
  private wake: () => void = () => undefined;

  constructor(private readonly stream: Stream<T>) {
    stream.once('cancelled', () => {
      this.end();
    });
  }

  /** Whether the client has cancelled the call, or its connection has ended. */
  get isGone(): boolean {
    return this.hasGone;
  }

  /** Writes a message. Resolves when the one before is delivered, or the client is gone. */
  async write(message: T): Promise<void> {
    this.underWay++;
    this.stream.write(message, (error) => {
      this.underWay--;
      if (error) {
        this.end();
      }
      this.wake();
    });
    while (this.underWay >= mostUnderWay && !this.hasGone) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  private end(): void {
    this.hasGone = true;
    this.wake();
  }
}
