import { Server, ServerCredentials, logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { Failure } from '../errors.js';

/** The plaintext health service, for load balancers and container engines. */
export class HealthEndpoint {
  private constructor(
    private readonly server: Server,
    private readonly health: HealthImplementation,
    readonly port: number,
  ) {}

  /** Serving from the start. Throws Failure('invalid-argument') that names the port when it is taken. */
  static async open(hostname: string, port: number): Promise<HealthEndpoint> {
    // gRPC would print a line of its own about a taken port.
    setLogVerbosity(logVerbosity.NONE);
    const server = new Server();
    const health = new HealthImplementation({ '': 'SERVING' });
    health.addToServer(server);
    const bound = await new Promise<number>((resolve, reject) => {
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
    return new HealthEndpoint(server, health, bound);
  }

  close(): void {
    this.health.setStatus('', 'NOT_SERVING');
    this.server.forceShutdown();
  }
}
