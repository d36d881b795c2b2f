import { Client, credentials } from '@grpc/grpc-js';
import type { ChannelCredentials } from '@grpc/grpc-js';

/** The address of a server. `tls` has the PEM certificates to use. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tls?: {
    /** The default is the system's certificate authorities. */
    readonly caCertificate?: string;
    readonly clientCertificate?: string;
    readonly clientKey?: string;
    /** Accepts any certificate. */
    readonly skipVerify?: boolean;
  };
}

/** Options of a channel and its calls. */
export interface TransportOptions {
  /** Sent before the gRPC library's own name in the user-agent header. */
  readonly userAgent?: string;
  /** The deadline of every call, in ms. */
  readonly timeoutMs?: number;
}

/** Opens a separate channel to a server. It connects at the first call. */
export function openChannel(endpoint: Endpoint, options: TransportOptions): Client {
  return new Client(`${endpoint.host}:${endpoint.port}`, channelCredentials(endpoint), {
    // Clients must not share a connection, because each stands for a separate program.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    ...(options.userAgent === undefined ? {} : { 'grpc.primary_user_agent': options.userAgent }),
  });
}

function channelCredentials({ tls }: Endpoint): ChannelCredentials {
  if (tls === undefined) {
    return credentials.createInsecure();
  }
  const bytes = (pem: string | undefined): Buffer | null =>
    pem === undefined ? null : Buffer.from(pem);
  return credentials.createSsl(
    bytes(tls.caCertificate),
    bytes(tls.clientKey),
    bytes(tls.clientCertificate),
    tls.skipVerify === true ? { rejectUnauthorized: false } : {},
  );
}
