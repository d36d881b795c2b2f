import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A way to a server that a spec can cut: what a client sends goes through it, bytes as they are. */
export interface Relay {
  readonly port: number;
  /** Ends all connections, both sides, in good order. */
  hangUp(): void;
  /** Breaks those to the server. */
  reset(): void;
  /** Sends bytes to the server on each connection, as if its client did. */
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
      // Whichever side ends, the other is ended as well.
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
