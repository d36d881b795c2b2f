import type { Http2Server, ServerHttp2Session } from 'node:http2';
import { createServer } from 'node:net';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServerInterceptor, UntypedServiceImplementation } from '@grpc/grpc-js';
import { flightService } from '../../protocol/service.js';
import type { TlsConfig } from '../config.js';
import { Failure } from '../errors.js';

/** The address and the services of a listener. */
export interface ListenerOptions {
  readonly hostname: string;
  /** 0: the operating system picks one. */
  readonly port: number;
  readonly tls: TlsConfig | null;
  readonly service: UntypedServiceImplementation;
  readonly interceptors: ServerInterceptor[];
  /** Called for each connection when its HTTP/2 session starts. */
  readonly onConnection: (http2: ServerHttp2Session) => void;
}

/** Maximum bytes of a message before the limits of the call are set. */
const mostBytesAtFirst = 64 * 1024;

/** The time that calls get to end when the server stops, in milliseconds. */
const stopPatienceMs = 5_000;

/**
 * The idle time after which TCP probes the other side, in milliseconds. Without a probe, a client whose
 * machine vanished would never be noticed, and its queries would continue.
 */
const keepAliveMs = 60_000;

/**
 * The gRPC endpoint. It accepts the network connections itself and passes them to gRPC, so that it can close
 * them and report when one closes.
 */
export class Listener {
  private constructor(
    private readonly server: Server,
    private readonly net: NetServer,
    private readonly sockets: Set<Socket>,
  ) {}

  /** Throws Failure('invalid-argument') that names address and port if they cannot be bound. */
  static async open(options: ListenerOptions): Promise<Listener> {
    const server = new Server({
      interceptors: options.interceptors,
      // The limits of each call replace this one.
      'grpc.max_receive_message_length': mostBytesAtFirst,
      'grpc.max_send_message_length': -1,
    });
    allowStreamResets(server);
    server.addService(flightService, options.service);
    const injector = server.createConnectionInjector(credentials(options.tls));
    http2Server(server).on('session', options.onConnection);
    const sockets = new Set<Socket>();
    const patience = { keepAlive: true, keepAliveInitialDelay: keepAliveMs };
    const net = createServer({ noDelay: true, ...patience }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      injector.injectConnection(socket);
    });
    await listen(net, options);
    return new Listener(server, net, sockets);
  }

  get port(): number {
    return (this.net.address() as AddressInfo).port;
  }

  /** Accepts no new connections, gives calls time to end, then closes the rest. Further calls do nothing. */
  async close(): Promise<void> {
    if (!this.net.listening) {
      return;
    }
    this.net.close();
    await new Promise<void>((resolve) => {
      const patience = setTimeout(() => {
        this.server.forceShutdown();
        resolve();
      }, stopPatienceMs);
      this.server.tryShutdown(() => {
        clearTimeout(patience);
        resolve();
      });
    });
    for (const socket of this.sockets) {
      socket.destroy();
    }
  }
}

function credentials(tls: TlsConfig | null): ServerCredentials {
  if (!tls) {
    return ServerCredentials.createInsecure();
  }
  const pair = { private_key: tls.key, cert_chain: tls.certificate };
  return ServerCredentials.createSsl(tls.mtls?.caCertificate ?? null, [pair], tls.mtls !== null);
}

async function listen(net: NetServer, { hostname, port }: ListenerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    net.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE'
          ? 'the port is taken. Stop what listens there or choose another with --port'
          : cause.message;
      const message = `Cannot listen on ${hostname}:${port}: ${why}`;
      reject(new Failure('invalid-argument', message, { cause }));
    });
    net.listen({ host: hostname, port }, resolve);
  });
}

/** gRPC's internal HTTP/2 server; gRPC has no public event for new connections. */
function http2Server(server: Server): Http2Server {
  const { http2Servers } = server as unknown as { http2Servers: Map<Http2Server, unknown> };
  const [http2] = http2Servers.keys();
  if (!http2) {
    throw new Error('gRPC made no HTTP/2 server');
  }
  return http2;
}

/**
 * Node.js treats many cancelled streams as an attack and closes the connection. arrow-flight's Rust client
 * cancels a stream for each prepared statement. gRPC has no option for these limits.
 */
function allowStreamResets(server: Server): void {
  const { commonServerOptions } = server as unknown as { commonServerOptions: object };
  const unlimited = Number.MAX_SAFE_INTEGER;
  Object.assign(commonServerOptions, { streamResetBurst: unlimited, streamResetRate: unlimited });
}
