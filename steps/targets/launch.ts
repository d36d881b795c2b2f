/** The flags and surroundings to start a server with. */
export interface Launch {
  readonly flags: readonly string[];
  /** Variables that configure the server. The launcher adds those that any program needs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
}

/** A server that was started and accepts connections. */
export interface Launched {
  /** Its standard output and error so far. */
  log(): string;
  /** Stops it by SIGTERM. If it does not end in time, kills it and rejects with PromiseBroken. */
  stop(): Promise<void>;
  /** Kills it by SIGKILL. */
  kill(): Promise<void>;
}

/** Starts servers. */
export interface Launcher {
  /** Whether its servers pick a free port for port 0 and name it in their ready line. */
  readonly picksPort: boolean;
  /**
   * Starts a server and waits for its ready line. Rejects with ServerNotStarted, which has the last lines of
   * the log, if none comes.
   */
  launch(launch: Launch): Promise<{ server: Launched; readyLine: string }>;
}

/** The ready line contains this text in both log formats. */
export const readyMark = 'GizmoSQL server - started';

/** The program could be run, but did not become ready. */
export class ServerNotStarted extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ServerNotStarted';
  }
}

/** How long a server may take to become ready and to stop. */
export const patience = { startMs: 30_000, stopMs: 30_000 } as const;

/** The last lines of a log, for a message. */
export function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-10).join('\n') || '(it wrote nothing)';
}
