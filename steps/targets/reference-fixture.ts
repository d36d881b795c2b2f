import { afterAll, beforeAll } from 'vitest';
import { ReferenceTarget } from './reference.js';
import type { OwnedServer } from './target.js';

/** For specs: a reference server for all tests of a file. `server` is there once they run. */
export function useReference(): { readonly target: ReferenceTarget; readonly server: OwnedServer } {
  const target = new ReferenceTarget();
  let server: OwnedServer | undefined;
  beforeAll(async () => {
    server = await target.start();
  }, 60_000);
  afterAll(async () => {
    await server?.dispose();
    target.dispose();
  });
  return {
    target,
    get server() {
      if (server === undefined) {
        throw new Error('the server is started before the tests, not while they are collected');
      }
      return server;
    },
  };
}
