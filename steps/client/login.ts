import type { Transport } from './transport.js';

/** A user name and password; with the name `token`, the password is a token that was signed elsewhere. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/**
 * Logs in by Handshake and uses the bearer token for later calls. The token is in the metadata of the answer,
 * or else in its payload. If the server issues none, every call has the Basic authorization.
 */
export async function logIn(transport: Transport, login: Login): Promise<void> {
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const { metadata, payloads } = await transport.handshake(basic);
  const bearer = metadata.get('authorization').map(String).find(isBearer);
  const payload = Buffer.concat(payloads).toString('utf8');
  transport.authorization = bearer ?? (payload === '' ? basic : `Bearer ${payload}`);
}

function isBearer(value: string): boolean {
  return /^bearer /i.test(value);
}
