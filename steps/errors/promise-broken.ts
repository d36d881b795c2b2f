/**
 * The server did not do what it should: the one error, beside an assertion,
 * that fails a scenario. Its message tells a reader with no access to the suite
 * what was promised, what was sent, and what came back.
 */
export class PromiseBroken extends Error {
  constructor(promised: string, sent: string, got: string, options?: ErrorOptions) {
    super(`promised: ${promised}\nsent: ${sent}\ngot: ${got}`, options);
    this.name = 'PromiseBroken';
  }

  /** The same with the circumstances told in front. */
  of(circumstances: string): PromiseBroken {
    const broken = new PromiseBroken('', '', '', { cause: this.cause });
    broken.message = `${circumstances}\n${this.message}`;
    return broken;
  }
}
