import type { Workbench } from '../engine/workbench.js';
import { StandIn } from './stand-in.js';
import type { Held, Original } from './stand-in.js';
import type { Executable } from './statement.js';

/** What a WorkbenchQuery needs from its session. */
export interface WorkbenchParts {
  /** Opens the workbench; `signal` cancels that. */
  readonly open: (signal: AbortSignal) => Promise<Workbench>;
  /** Prepares the query in the workbench. */
  readonly prepare: (workbench: Workbench) => Promise<Executable>;
}

/**
 * An admin's query that reads records together with data of the clients' engine. Each execution opens a
 * private engine with copies of both.
 */
export class WorkbenchQuery extends StandIn {
  private running: { abort: AbortController; workbench: Workbench | null } | null = null;

  constructor(
    /** The same query in the clients' engine, which provides the schema. */
    original: Original,
    private readonly parts: WorkbenchParts,
  ) {
    super(original);
  }

  interrupt(): void {
    this.running?.abort.abort();
    this.running?.workbench?.connection.interrupt();
  }

  protected async hold(): Promise<Held> {
    const running = { abort: new AbortController(), workbench: null as Workbench | null };
    this.running = running;
    const workbench = await this.parts.open(running.abort.signal);
    running.workbench = workbench;
    const close = () => {
      running.workbench = null;
      workbench.close();
    };
    try {
      const query = await this.parts.prepare(workbench);
      const release = () => {
        query.close();
        close();
      };
      return { query, release };
    } catch (error) {
      close();
      throw error;
    }
  }
}
