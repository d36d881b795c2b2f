import { givenPostgres } from '../../fixtures/surroundings/catalog-databases.js';
import type { ServerAddress } from '../targets/target.js';

/**
 * The texts that must never appear in a report: the passwords and tokens of all logins, and the client's key.
 */
export function loginSecrets({ credentials, tls }: ServerAddress): string[] {
  return [
    ...Object.values(credentials).flatMap(({ username, password }) => [
      password,
      Buffer.from(`${username}:${password}`).toString('base64'),
    ]),
    ...(tls?.clientKey === undefined ? [] : [tls.clientKey]),
    ...[givenPostgres()?.password ?? ''].filter((password) => password !== ''),
  ];
}
