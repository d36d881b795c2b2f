import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A TCP relay to a server, which a spec can interrupt. */
export interface Relay {
  readonly port: number;
  /** Closes all connections properly on both sides. */
  hangUp(): void;
  /** Resets the connections to the server. */
  reset(): void;
  /** Sends bytes to the server on each connection, as if from its client. */
  inject(bytes: Uint8Array): void;
  close(): void;
}

export async function openRelay(serverPort: number): Promise<Relay> {
  const pairs = new Set<{ readonly near: Socket; readonly far: Socket }>();
  const net = createServer((near) => {
    const far = connect(serverPort, '127.0.0.1');
    const pair = { near, far };
    pairs.add(pair);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      // If either side closes, the other is closed too.
      socket
        .on('error', () => undefined)
        .once('close', () => {
          pairs.delete(pair);
          near.destroy();
          far.destroy();
        });
    }
  }).listen(0, '127.0.0.1');
  await once(net, 'listening');
  return {
    port: (net.address() as AddressInfo).port,
    hangUp: () => {
      for (const { near, far } of pairs) {
        near.destroy();
        far.end();
      }
    },
    reset: () => {
      for (const { far } of pairs) {
        far.resetAndDestroy();
      }
    },
    inject: (bytes) => {
      for (const { far } of pairs) {
        far.write(bytes);
      }
    },
    close: () => {
      net.close();
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
    },
  };
}
