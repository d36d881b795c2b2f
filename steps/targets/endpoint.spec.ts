import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EndpointTarget } from './endpoint.js';
import { ReferenceTarget } from './reference.js';
import type { OwnedServer } from './target.js';

const starting = new ReferenceTarget({ kind: 'reference', username: 'gizmosql_user' });
let server: OwnedServer;

beforeAll(async () => {
  server = await starting.start({ databaseFilename: null });
});

afterAll(async () => {
  await server.dispose();
  starting.dispose();
});

/** An endpoint with the admin's password, and optionally the admin's name. */
function endpoint(username: string, adminNames?: readonly string[]): EndpointTarget {
  const { host, port, credentials } = server.address;
  const password = credentials.admin?.password ?? '';
  return new EndpointTarget({
    ...{ kind: 'endpoint', host, port, credentials: { admin: { username, password } } },
    ...(adminNames === undefined ? {} : { adminNames }),
  });
}

describe('an endpoint whose admin goes by the name of newer releases', () => {
  it('is logged in to where no name was given', async () => {
    const target = endpoint('gizmosql_username', ['gizmosql_username', 'gizmosql_user']);
    const { address, dispose } = await target.open();
    expect(address.credentials.admin?.username).toBe('gizmosql_user');
    await dispose();
  });

  it('is not where another one was given: what was given is what counts', async () => {
    const { address, dispose } = await endpoint('gizmosql_username').open();
    expect(address.credentials.admin?.username).toBe('gizmosql_username');
    await dispose();
  });
});
