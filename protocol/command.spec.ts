import { create, toBinary } from '@bufbuild/protobuf';
import { AnySchema, StringValueSchema, anyPack } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { Command, packCommand } from './command.js';
import {
  CommandGetTablesSchema,
  CommandStatementQuerySchema,
  CommandStatementUpdateSchema,
} from './gen/flight_sql_pb.js';

describe('Command', () => {
  it('reads what packCommand packs', () => {
    const command = Command.parse(packCommand(CommandStatementQuerySchema, { query: 'SELECT 1' }));
    expect(command.name).toBe('CommandStatementQuery');
    expect(command.as(CommandStatementQuerySchema)?.query).toBe('SELECT 1');
  });

  it('is undefined for other types', () => {
    const command = Command.parse(packCommand(CommandGetTablesSchema, { includeSchema: true }));
    expect(command.as(CommandStatementUpdateSchema)).toBeUndefined();
    expect(command.as(CommandGetTablesSchema)?.includeSchema).toBe(true);
  });

  it('accepts a type URL without a host', () => {
    const value = toBinary(
      CommandStatementQuerySchema,
      create(CommandStatementQuerySchema, { query: 'x' }),
    );
    const typeUrl = '/arrow.flight.protocol.sql.CommandStatementQuery';
    const bytes = toBinary(AnySchema, create(AnySchema, { typeUrl, value }));
    expect(Command.parse(bytes).as(CommandStatementQuerySchema)?.query).toBe('x');
  });

  it.each([
    ['bytes that are no message', Buffer.from([0xff, 0xff])],
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('SELECT 1')],
  ])('refuses %s', (_, bytes) => {
    expect(() => Command.parse(bytes)).toThrow(RangeError);
  });

  it('refuses and names a message of another package', () => {
    const other = anyPack(StringValueSchema, create(StringValueSchema, { value: 'x' }));
    expect(() => Command.parse(toBinary(AnySchema, other))).toThrow(
      /google\.protobuf\.StringValue' is not a Flight SQL message/,
    );
  });
});
