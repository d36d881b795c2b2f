import type { DataType } from 'apache-arrow';
import { Field, FixedSizeBinary, Int32, List, Null, Schema, Struct } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordBatchHeader, schemaHeader } from '../../protocol/arrow-ipc.js';
import type { BatchLayout } from '../../protocol/arrow-ipc.js';
import { Command, packCommand } from '../../protocol/command.js';
import { encodeFlightData } from '../../protocol/flight-data.js';
import {
  ActionCreatePreparedStatementRequestSchema,
  ActionCreatePreparedStatementResultSchema,
  CommandPreparedStatementQuerySchema,
  CommandStatementIngestSchema,
  CommandStatementIngest_TableDefinitionOptions_TableExistsOption as IfExists,
  CommandStatementIngest_TableDefinitionOptions_TableNotExistOption as IfNotExist,
} from '../../protocol/gen/flight_sql_pb.js';
import { logIn } from '../../steps/client/login.js';
import { updatedRows } from '../../steps/client/results.js';
import { Transport } from '../../steps/client/transport.js';
import { login, useWorkshop } from '../server-fixture.js';

const workshop = useWorkshop(beforeAll, afterAll);
let client: Transport;

beforeAll(async () => {
  const { port } = await workshop.start();
  client = new Transport({ host: '127.0.0.1', port }, { timeoutMs: 20_000 });
  await logIn(client, login);
});
afterAll(() => {
  client.close();
});

const ingest = packCommand(CommandStatementIngestSchema, {
  table: 'taken',
  tableDefinitionOptions: { ifNotExist: IfNotExist.CREATE, ifExists: IfExists.REPLACE },
});

const schemaOf = (...types: DataType[]) =>
  schemaHeader(new Schema(types.map((type, i) => new Field(`c${i}`, type, true))));
const item = (type: DataType) => new Field('item', type, true);
const offsets = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer);

function batch(layout: Partial<BatchLayout> & { rows: number }, ...body: Buffer[]): Buffer {
  const bodyLength = body.reduce((sum, part) => sum + part.length, 0);
  const whole = { nodes: [], buffers: [], bodyLength, ...layout };
  return encodeFlightData(recordBatchHeader(whole), body);
}

const put = async (schema: Uint8Array, ...batches: Buffer[]) =>
  updatedRows(await client.doPut(ingest, schema, batches));

async function prepared(query: string): Promise<Uint8Array> {
  const body = packCommand(ActionCreatePreparedStatementRequestSchema, { query });
  const [result] = await client.doAction('CreatePreparedStatement', body);
  const answer = Command.parse(result?.body ?? Buffer.alloc(0));
  return answer.as(ActionCreatePreparedStatementResultSchema)?.preparedStatementHandle ?? body;
}

const refused = (why: string | RegExp) => ({
  code: 'INVALID_ARGUMENT',
  message: expect.stringMatching(why) as unknown,
});

const none = { offset: 0, length: 0 };
const billion = 1_000_000_000;
const nulls = (rows: number, columns = 1) =>
  batch({ rows, nodes: Array.from({ length: columns }, () => ({ length: rows, nulls: rows })) });

/** Batches of billions of rows or values in a few hundred bytes. */
const bombs: readonly [what: string, schema: Uint8Array, batches: readonly Buffer[]][] = [
  ['NULLs', schemaOf(new Null()), [nulls(billion)]],
  ['NULLs in many batches', schemaOf(new Null()), [1, 2, 3].map(() => nulls(500_000))],
  [
    'empty texts of a fixed length',
    schemaOf(new FixedSizeBinary(0)),
    [batch({ rows: billion, nodes: [{ length: billion, nulls: 0 }], buffers: [none, none] })],
  ],
  [
    'structs of NULLs',
    schemaOf(new Struct([item(new Null())])),
    [
      batch({
        rows: billion,
        nodes: [
          { length: billion, nulls: 0 },
          { length: billion, nulls: billion },
        ],
        buffers: [none],
      }),
    ],
  ],
  [
    'lists of NULLs',
    schemaOf(new List(item(new Null()))),
    [
      batch(
        {
          rows: 1,
          nodes: [
            { length: 1, nulls: 0 },
            { length: billion, nulls: billion },
          ],
          buffers: [none, { offset: 0, length: 8 }],
        },
        offsets(0, billion),
      ),
    ],
  ],
  ['rows without columns', schemaOf(), [batch({ rows: billion })]],
  [
    'columns without bytes',
    schemaOf(...Array.from({ length: 30 }, () => new Null())),
    [nulls(100_000, 30)],
  ],
];

describe('a batch of more than it costs is refused', () => {
  it.each(bombs)('in an ingest: %s', async (what, schema, batches) => {
    // Without columns there is nothing to ingest, however many rows the batch has.
    const message =
      what === 'rows without columns'
        ? /a schema of no columns/
        : /more than 1\d* values that take no bytes|can be 0 to 1\d*/;
    await expect(put(schema, ...batches)).rejects.toMatchObject(refused(message));
  });

  it.each(bombs)('as parameters: %s', async (_, schema, batches) => {
    const command = packCommand(CommandPreparedStatementQuerySchema, {
      preparedStatementHandle: await prepared('SELECT ?'),
    });
    await expect(client.doPut(command, schema, batches)).rejects.toMatchObject(
      refused(/more than 1\d* values that take no bytes|can be 0 to 1\d*/),
    );
  });
});

it('NULLs that others pay for are taken', async () => {
  const rows = 1_500_000;
  const column = Buffer.alloc(rows * 4);
  const nodes = [
    { length: rows, nulls: 0 },
    { length: rows, nulls: rows },
  ];
  const buffers = [none, { offset: 0, length: column.length }];
  const sent = batch({ rows, nodes, buffers }, column);
  expect(await put(schemaOf(new Int32(), new Null()), sent)).toBe(BigInt(rows));
});

describe('what no batch can say is refused', () => {
  const four = Buffer.alloc(8);
  const numbers = (layout: Partial<BatchLayout>) =>
    batch(
      {
        rows: 2,
        nodes: [{ length: 2, nulls: 0 }],
        buffers: [none, { offset: 0, length: 8 }],
        ...layout,
      },
      four,
    );
  it.each<[string, Buffer, string]>([
    ['fewer rows than none', numbers({ rows: -1 }), 'the number of rows is -1'],
    [
      'a column shorter than nothing',
      numbers({ nodes: [{ length: -2, nulls: 0 }] }),
      'the length of a column is -2',
    ],
    [
      'more NULLs than values',
      numbers({ nodes: [{ length: 2, nulls: 3 }] }),
      'the number of NULLs in a column is 3; here it can be 0 to 2',
    ],
    [
      'fewer NULLs than none',
      numbers({ nodes: [{ length: 2, nulls: -3 }] }),
      'the number of NULLs in a column is -3',
    ],
    [
      'a buffer from before the body',
      numbers({ buffers: [none, { offset: -8, length: 8 }] }),
      'the offset of a buffer is -8',
    ],
    [
      'a buffer beyond the body',
      numbers({ buffers: [none, { offset: 4, length: 8 }] }),
      'the length of a buffer is 8; here it can be 0 to 4',
    ],
    [
      'a body that is not there',
      numbers({ bodyLength: 1_000 }),
      'the length of the body is 1000; here it can be 0 to 8',
    ],
    ['a body of less than nothing', numbers({ bodyLength: -8 }), 'the length of the body is -8'],
  ])('%s', async (_, sent, problem) => {
    await expect(put(schemaOf(new Int32()), sent)).rejects.toMatchObject(refused(problem));
  });
});

it('a row of more values than can be held is refused', async () => {
  const items = 30_000_000;
  const sent = batch(
    {
      rows: 1,
      nodes: [
        { length: 1, nulls: 0 },
        { length: items, nulls: items },
      ],
      buffers: [none, { offset: 0, length: 8 }],
    },
    offsets(0, items),
    Buffer.alloc(items / 8),
  );
  await expect(put(schemaOf(new List(item(new Null()))), sent)).rejects.toMatchObject(
    refused('row 1 of a batch is too large'),
  );
});

it('others have their turn while a large batch is read', async () => {
  let [last, longest, over] = [performance.now(), 0, false];
  const turn = (): void => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    if (!over) {
      setImmediate(turn);
    }
  };
  const begin = performance.now();
  setImmediate(turn);
  expect(await put(schemaOf(new Null(), new Null()), nulls(400_000, 2))).toBe(400_000n);
  over = true;
  expect(longest).toBeLessThan((performance.now() - begin) / 3);
});
