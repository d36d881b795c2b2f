import { setTimeout as sleep } from 'node:timers/promises';
import { Server, ServerCredentials, logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { Failure } from '../errors.js';

/** Maximum bytes of a request. It holds only a service name and needs no login. */
const mostBytes = 64 * 1024;

/** Checks the server's health. */
export interface HealthCheck {
  /** Rejects with the reason if the server is unhealthy. Calls do not overlap. */
  run(): Promise<void>;
  /** Makes the running check reject, after a timeout. */
  interrupt(): void;
  /** The timeout of a check and the pause between two checks, in milliseconds. */
  readonly intervalMs: number;
  /** Called when the health changes: the reason for being unhealthy, or null when healthy again. */
  changed(reason: Error | null): void;
}

/** The plaintext gRPC health service, for load balancers and container engines. */
export class HealthEndpoint {
  private readonly ending = new AbortController();
  private healthy = true;
  private watching: Promise<void> = Promise.resolve();

  private constructor(
    private readonly server: Server,
    private readonly service: HealthImplementation,
    private readonly check: HealthCheck,
    readonly port: number,
  ) {}

  /**
   * Resolves after the first check. Throws Failure('invalid-argument') that names the port if it is in use.
   */
  static async open(hostname: string, port: number, check: HealthCheck): Promise<HealthEndpoint> {
    // Suppresses gRPC's own message about a port in use.
    setLogVerbosity(logVerbosity.NONE);
    const server = new Server({ 'grpc.max_receive_message_length': mostBytes });
    const service = new HealthImplementation({ '': 'NOT_SERVING' });
    service.addToServer(server);
    const endpoint = new HealthEndpoint(server, service, check, await bind(server, hostname, port));
    await new Promise<void>((answered) => {
      endpoint.watching = endpoint.watch(answered);
    });
    return endpoint;
  }

  /** Resolves when no check is running. */
  async close(): Promise<void> {
    this.ending.abort();
    this.service.setStatus('', 'NOT_SERVING');
    this.server.forceShutdown();
    this.check.interrupt();
    await this.watching;
  }

  /** Repeats the check until the endpoint is closed. */
  private async watch(answered: () => void): Promise<void> {
    const { signal } = this.ending;
    const { intervalMs } = this.check;
    while (!signal.aborted) {
      const run = this.check.run();
      const reason = await failure(run, intervalMs);
      this.answer(reason);
      answered();
      if (reason instanceof Late) {
        this.check.interrupt();
        await run.catch(() => undefined);
      }
      await sleep(intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private answer(reason: Error | null): void {
    if (this.ending.signal.aborted) {
      return;
    }
    const healthy = reason === null;
    this.service.setStatus('', healthy ? 'SERVING' : 'NOT_SERVING');
    if (healthy !== this.healthy) {
      this.healthy = healthy;
      this.check.changed(reason);
    }
  }
}

class Late extends Error {}

/** The reason why the check failed; null if it succeeded. */
async function failure(run: Promise<void>, mostMs: number): Promise<Error | null> {
  const done = new AbortController();
  const late = sleep(mostMs, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new Late(`it takes longer than ${mostMs / 1000} s`);
  });
  try {
    await Promise.race([run, late]);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    late.catch(() => undefined);
    done.abort();
  }
}

function bind(server: Server, hostname: string, port: number): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const address = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
    server.bindAsync(address, ServerCredentials.createInsecure(), (cause, boundPort) => {
      if (cause) {
        reject(
          new Failure(
            'invalid-argument',
            `Cannot listen on ${hostname}:${port} for the health service: the port is taken or not allowed. Choose another with --health-port, or 0 for none`,
            { cause },
          ),
        );
      } else {
        resolve(boundPort);
      }
    });
  });
}
