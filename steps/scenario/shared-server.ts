import type { SkipVerdict } from '../../reports/model.js';
import type { ServerSettings, Target } from '../targets/target.js';

/** What it uses of a scenario's servers. */
interface ScenarioServers {
  readonly target: Pick<Target, 'offers'>;
  isAnswering(): Promise<boolean>;
  borrow(settings: ServerSettings): Promise<void>;
}

/**
 * What a worker knows of the server that all scenarios share. It may end during a run, by a fault that one scenario
 * finds; the scenarios after it must not be blamed on it as well.
 */
export class SharedServer {
  private isSuspect = false;
  private hasEnded = false;

  /** A scenario on it failed. */
  suspect(): void {
    this.isSuspect = true;
  }

  /**
   * Gives the scenario another server like it if it has ended. Resolves to a verdict if there can be none.
   */
  async provide(servers: ScenarioServers): Promise<SkipVerdict | undefined> {
    if (this.isSuspect) {
      this.isSuspect = false;
      this.hasEnded ||= !(await servers.isAnswering());
    }
    if (!this.hasEnded) {
      return undefined;
    }
    const offer = await servers.target.offers('start');
    if (!offer.offered) {
      return { status: 'untestable', reason: 'the server ended during the run' };
    }
    await servers.borrow({});
    return undefined;
  }
}
