import { Command } from '../../protocol/command.js';
import { Malformed } from '../../protocol/malformed.js';
import { Failure } from '../errors.js';

/** Reads a command, a ticket or an action's body. Throws Failure('invalid-argument'). */
export function parseCommand(bytes: Uint8Array, what: string): Command {
  try {
    return Command.parse(bytes);
  } catch (cause) {
    const why = cause instanceof Malformed ? cause.message : 'it is no message of Flight SQL';
    throw new Failure('invalid-argument', `The ${what} cannot be read: ${why}`, { cause });
  }
}

/** Refuses what Flight SQL has and this server does not. */
export function notServed(what: string): Failure {
  return new Failure('unimplemented', `${what} is not served by this server`);
}

/**
 * What a ticket of this server's holds: the SQL itself, so that an answer never
 * fetched leaves nothing behind in the server, and an id, so that two tickets
 * of one text are two. Of what has been executed already it holds the answer instead, in
 * FlightData messages as base64, or why it failed.
 */
export interface QueryTicket {
  readonly id: string;
  readonly sql: string;
  readonly answer?: readonly string[];
  readonly failure?: string;
}

export function encodeQueryTicket(ticket: QueryTicket): Uint8Array {
  return Buffer.from(JSON.stringify(ticket));
}

/** Throws Failure('invalid-argument') for a ticket of somebody else's making. */
export function decodeQueryTicket(handle: Uint8Array): QueryTicket {
  try {
    const ticket = JSON.parse(Buffer.from(handle).toString()) as Partial<QueryTicket> | null;
    if (typeof ticket?.id === 'string' && typeof ticket.sql === 'string') {
      const { id, sql, answer, failure } = ticket;
      return {
        id,
        sql,
        ...(Array.isArray(answer) ? { answer: answer.map(String) } : {}),
        ...(typeof failure === 'string' ? { failure } : {}),
      };
    }
  } catch {
    // Said below.
  }
  throw new Failure('invalid-argument', 'The ticket holds no statement of this server');
}

/** The key that a query is known by while it runs: its ticket. */
export function ticketKey(ticket: Uint8Array): string {
  return Buffer.from(ticket).toString('base64');
}
