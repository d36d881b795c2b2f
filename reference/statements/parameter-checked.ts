import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { StandIn } from './stand-in.js';
import type { Held, Original } from './stand-in.js';

/** A statement whose parameters are checked before each execution. */
export class ParameterChecked extends StandIn {
  constructor(
    original: Original,
    /** Throws if the statement may not run with the parameters. */
    private readonly check: (parameters: ParameterRow | undefined) => void,
  ) {
    super(original);
  }

  protected hold(parameters: ParameterRow | undefined): Promise<Held> {
    // Turns a synchronous throw into a rejection.
    return Promise.resolve().then(() => {
      this.check(parameters);
      return { query: this.original, release: () => undefined };
    });
  }
}
