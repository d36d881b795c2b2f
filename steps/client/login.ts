import type { Transport } from './transport.js';

/** A user name and password; or, with the name `token`, a token signed elsewhere. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/**
 * Logs in by Handshake and keeps the bearer token for the later calls. It is in
 * the answer's metadata, or else in its payload; a server that issues none gets
 * the Basic authorization on every call.
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
