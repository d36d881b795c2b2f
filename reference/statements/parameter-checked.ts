import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { StandIn } from './stand-in.js';
import type { Held, Original } from './stand-in.js';

/** A statement whose parameters are looked at before it runs. */
export class ParameterChecked extends StandIn {
  constructor(
    original: Original,
    /** Throws when it may not run with them. */
    private readonly check: (parameters: ParameterRow | undefined) => void,
  ) {
    super(original);
  }

  protected hold(parameters: ParameterRow | undefined): Promise<Held> {
    // Rejects rather than throws, as whoever asks is waiting.
    return Promise.resolve().then(() => {
      this.check(parameters);
      return { query: this.original, release: () => undefined };
    });
  }
}
