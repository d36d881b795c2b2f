/**
 * The server broke a requirement. Besides assertions, this is the only error that fails a scenario. Its
 * message states what was promised, sent and received, for readers who do not know the suite.
 */
export class PromiseBroken extends Error {
  constructor(
    promised: string,
    readonly sent: string,
    readonly got: string,
    options?: ErrorOptions,
  ) {
    super(`promised: ${promised}\nsent: ${sent}\ngot: ${got}`, options);
    this.name = 'PromiseBroken';
  }

  /** A copy with the circumstances after the message, which may be long. */
  of(circumstances: string): PromiseBroken {
    const broken = new PromiseBroken('', this.sent, this.got, { cause: this.cause });
    broken.message = `${this.message}\n${circumstances}`;
    return broken;
  }
}
