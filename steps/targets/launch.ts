/** What a server is to be started with. */
export interface Launch {
  /** The flags of the suite. */
  readonly flags: readonly string[];
  /** Configures the server; the surroundings that any program needs come on top. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
}

/** A server that was started and accepts connections. */
export interface Launched {
  /** What it wrote to its two outputs so far. */
  log(): string;
  /** Asks it to stop (SIGTERM); if it won't in time, kills it and rejects with PromiseBroken. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
}

/** A way to start servers. */
export interface Launcher {
  /** Whether its servers pick a free port when told port 0, and name it in their ready line. */
  readonly picksPort: boolean;
  /**
   * Starts a server, waits for its ready line and resolves to that as well; rejects with
   * ServerNotStarted and the server's last words if none comes.
   */
  launch(launch: Launch): Promise<{ server: Launched; readyLine: string }>;
}

/** The ready line has this in it, in either format of the log. */
export const readyMark = 'GizmoSQL server - started';

/** The server ran, but would not serve. */
export class ServerNotStarted extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ServerNotStarted';
  }
}

/** How long a server may take to get ready, and to stop. */
export const patience = { startMs: 30_000, stopMs: 30_000 } as const;

/** The end of a log, for a message. */
export function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-10).join('\n') || '(it wrote nothing)';
}
