/**
 * The server broke a requirement. Besides assertions, this is the only error that fails a scenario. Its
 * message states what was promised, sent and received, for readers who do not know the suite.
 */
export class PromiseBroken extends Error {
  constructor(promised: string, sent: string, got: string, options?: ErrorOptions) {
    super(`promised: ${promised}\nsent: ${sent}\ngot: ${got}`, options);
    this.name = 'PromiseBroken';
  }

  /** A copy with the circumstances in front of the message. */
  of(circumstances: string): PromiseBroken {
    const broken = new PromiseBroken('', '', '', { cause: this.cause });
    broken.message = `${circumstances}\n${this.message}`;
    return broken;
  }
}
