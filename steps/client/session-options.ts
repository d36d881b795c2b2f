import { create, toBinary } from '@bufbuild/protobuf';
import type { SessionOptionValueSchema } from '../../protocol/gen/flight_pb.js';
import {
  GetSessionOptionsRequestSchema,
  GetSessionOptionsResultSchema,
  SetSessionOptionsRequestSchema,
  SetSessionOptionsResultSchema,
  SetSessionOptionsResult_ErrorValue,
} from '../../protocol/gen/flight_pb.js';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { readMessage } from './read-message.js';
import type { Transport } from './transport.js';

/** The value of a session option: a string, boolean, integer, number or list of strings. */
export type SessionOption = string | boolean | bigint | number | readonly string[];

/** Sets options; resolves to the errors of the refused ones, by name. */
export async function setOptions(
  transport: Transport,
  options: Readonly<Record<string, SessionOption>>,
): Promise<Record<string, string>> {
  const sessionOptions = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, wireValue(value)]),
  );
  const request = create(SetSessionOptionsRequestSchema, { sessionOptions });
  const [answer] = await transport.doAction(
    'SetSessionOptions',
    toBinary(SetSessionOptionsRequestSchema, request),
  );
  const { errors } = readMessage(SetSessionOptionsResultSchema, answer?.body);
  return Object.fromEntries(
    Object.entries(errors).map(([name, error]) => [
      name,
      SetSessionOptionsResult_ErrorValue[error.value],
    ]),
  );
}

/** All options of the session; an option without a value is undefined. */
export async function getOptions(
  transport: Transport,
): Promise<Record<string, SessionOption | undefined>> {
  const request = create(GetSessionOptionsRequestSchema);
  const [answer] = await transport.doAction(
    'GetSessionOptions',
    toBinary(GetSessionOptionsRequestSchema, request),
  );
  const result = readMessage(GetSessionOptionsResultSchema, answer?.body);
  return Object.fromEntries(
    Object.entries(result.sessionOptions).map(([name, { optionValue }]) => [
      name,
      optionValue.case === 'stringListValue' ? optionValue.value.values : optionValue.value,
    ]),
  );
}

function wireValue(value: SessionOption): MessageInitShape<typeof SessionOptionValueSchema> {
  switch (typeof value) {
    case 'string':
      return { optionValue: { case: 'stringValue', value } };
    case 'boolean':
      return { optionValue: { case: 'boolValue', value } };
    case 'bigint':
      return { optionValue: { case: 'int64Value', value } };
    case 'number':
      return { optionValue: { case: 'doubleValue', value } };
    case 'object':
      return { optionValue: { case: 'stringListValue', value: { values: [...value] } } };
  }
}
