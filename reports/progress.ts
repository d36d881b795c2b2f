import type { ScenarioResult } from './scenario-collector.js';
import { paint } from './status-style.js';
import type { Terminal } from './terminal.js';
import { harmless } from './terminal.js';

const clearLine = '\r\u001b[2K';

/**
 * Shows the progress of a run: one line for each finished scenario with its status, requirements and name. A
 * terminal that can overwrite a line also gets a last line with the counts.
 */
export class Progress {
  private done = 0;
  private bad = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly total: number,
  ) {}

  finished(result: ScenarioResult): void {
    const { terminal } = this;
    this.done += 1;
    this.bad += result.status === 'failed' || result.status === 'error' ? 1 : 0;
    const status = result.status.padEnd(11);
    const time = ` ${result.durationMs} ms`;
    const room = terminal.live ? terminal.width - status.length - time.length - 1 : Infinity;
    const title = cut(`${result.requirements.join(' ')}: ${harmless(result.name)}`, room);
    terminal.write(
      `${this.cleared()}${paint(terminal, result.status, status)}${title}${terminal.colors.dim(time)}\n`,
    );
    this.count();
  }

  /** Removes the line with the counts. */
  end(): void {
    this.terminal.write(this.cleared());
  }

  private count(): void {
    if (this.terminal.live && this.done < this.total) {
      const bad = this.bad === 0 ? '' : `, ${this.bad} not well`;
      this.terminal.write(
        this.terminal.colors.dim(`${this.done} of ${this.total} scenarios${bad}`),
      );
    }
  }

  private cleared(): string {
    return this.terminal.live ? clearLine : '';
  }
}

function cut(text: string, room: number): string {
  const letters = Array.from(text);
  return letters.length <= room ? text : `${letters.slice(0, Math.max(0, room - 3)).join('')}...`;
}
