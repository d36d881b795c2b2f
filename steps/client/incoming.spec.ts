import { expect, it } from 'vitest';
import { mostOfAnAnswer } from './answer-limits.js';
import { Unreadable, collect, reader } from './incoming.js';
import { MalformedAnswer } from './malformed-answer.js';

const why = (message: unknown): string =>
  message instanceof Unreadable && message.why instanceof Error ? message.why.message : 'readable';

it('does not throw for unreadable bytes, because gRPC would report that as a refusal', () => {
  const read = reader(() => {
    throw new TypeError('no such field');
  });
  expect(why(read(Buffer.of(1)))).toBe('no such field');
});

it('reads the messages of a call up to a limit', () => {
  const read = reader((bytes) => bytes.length, 10);
  expect([read(Buffer.alloc(6)), read(Buffer.alloc(4))]).toEqual([6, 4]);
  expect(why(read(Buffer.alloc(1)))).toBe('more than 10 bytes');
});

it('limits the number of messages that it collects', async () => {
  let sent = 0;
  const endless = (async function* () {
    for (;;) {
      yield await Promise.resolve(sent++);
    }
  })();
  await expect(collect(endless)).rejects.toBeInstanceOf(MalformedAnswer);
  expect(sent).toBe(mostOfAnAnswer.messages + 1);
});
