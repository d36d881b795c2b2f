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

  /** A copy that also tells the circumstances; last, because they may be long. */
  of(circumstances: string): PromiseBroken {
    const broken = new PromiseBroken('', this.sent, this.got, { cause: this.cause });
    broken.message = `${this.message}\ncase: ${circumstances}`;
    return broken;
  }
}
