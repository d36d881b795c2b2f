import { Command } from '../../protocol/command.js';
import { Malformed } from '../../protocol/malformed.js';
import { Failure } from '../errors.js';

/** Parses a command, a ticket or an action's body. Throws Failure('invalid-argument'). */
export function parseCommand(bytes: Uint8Array, what: string): Command {
  try {
    return Command.parse(bytes);
  } catch (cause) {
    const why = cause instanceof Malformed ? cause.message : 'it is no message of Flight SQL';
    throw new Failure('invalid-argument', `The ${what} cannot be read: ${why}`, { cause });
  }
}

/** The Failure for a Flight SQL feature that this server does not support. */
export function notServed(what: string): Failure {
  return new Failure('unimplemented', `${what} is not served by this server`);
}

/**
 * The contents of a ticket: the SQL itself, so that an unused ticket leaves no state in the server, and an
 * id, so that two tickets of the same text differ. After an execution it holds the answer (FlightData
 * messages as base64) or the error message.
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

/** Throws Failure('invalid-argument') for a ticket that this server did not issue. */
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
    // The error is thrown below.
  }
  throw new Failure('invalid-argument', 'The ticket holds no statement of this server');
}

/** The key of a running query: its ticket as base64. */
export function ticketKey(ticket: Uint8Array): string {
  return Buffer.from(ticket).toString('base64');
}
