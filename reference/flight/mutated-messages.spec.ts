import { Client, Metadata, credentials } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { complaint, ended, spoil, spoilt, valid } from '../../fixtures/chaos/mutated-messages.js';
import { login, useWorkshop } from '../server-fixture.js';

const workshop = useWorkshop(beforeAll, afterAll);
let channel: Client;
const metadata = new Metadata();

beforeAll(async () => {
  const { port } = await workshop.start();
  channel = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const pair = Buffer.from(`${login.username}:${login.password}`).toString('base64');
  metadata.set('authorization', `Basic ${pair}`);
});
afterAll(() => {
  channel.close();
});

/** What the server logged of its own faults, of which a client is not told. */
const faults = () =>
  workshop.lines
    .flatMap(({ msg, error }) => (msg === 'a fault of the server' ? [error] : []))
    .join('\n');

it('a mutated message is answered in words for its client', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(spoilt, async (change) => {
      expect(complaint(await ended(channel, metadata, spoil(change))), faults()).toBeNull();
    }),
    { numRuns: 300 },
  );
});

it('the same messages, unspoilt, are read', async () => {
  const calls = valid.map((sent) => ended(channel, metadata, sent));
  const codes = (await Promise.all(calls)).map(({ code }) => code);
  expect(codes.filter((code) => code === 'OK').length).toBeGreaterThan(8);
});
