import { Then, When } from '@cucumber/cucumber';
import { FlightSqlClient } from './client/flight-sql-client.js';
import { PromiseBroken } from './promise-broken.js';
import type { World } from './world.js';
import { worker } from './worker.js';

/** Milliseconds of each query: where records are written, and where nothing is. */
interface SideBySide {
  readonly recorded: number[];
  readonly unrecorded: number[];
}

const sql = 'SELECT sum(range) FROM range(1000)';
const measured = new WeakMap<World, SideBySide>();

// The two take turns, so that whatever else keeps the machine busy slows down both.
When(
  '{int} queries of {string} are timed, beside as many on a lent server without instrumentation, while {int} others write records on both',
  async function (this: World, times: number, name: string, others: number) {
    const session = this.session(name);
    const plain = await worker.lend(this.target, { instrumentation: false });
    const reference = await FlightSqlClient.connect(
      plain.address,
      plain.address.credentials.admin ?? missing(),
    );
    const noise = await Promise.all(
      [this.address, plain.address].flatMap((address) =>
        Array.from({ length: others }, () =>
          FlightSqlClient.connect(address, address.credentials.admin ?? missing()),
        ),
      ),
    );
    const taken: SideBySide = { recorded: [], unrecorded: [] };
    const over = new AbortController();
    const busy = noise.map((client) => keepBusy(client, over.signal));
    try {
      for (let time = 0; time < times; time++) {
        taken.recorded.push(
          await timed(() => session.succeed(sql, (client) => client.query(sql), { looking: true })),
        );
        taken.unrecorded.push(await timed(() => reference.query(sql)));
      }
    } finally {
      over.abort();
      await Promise.allSettled(busy);
      for (const client of [...noise, reference]) {
        await client.closeSession().catch(() => undefined);
        client.close();
      }
    }
    measured.set(this, taken);
  },
);

Then(
  'they take at most {int} times as long, by their medians, or {int} ms longer',
  function (this: World, factor: number, marginMs: number) {
    const { recorded, unrecorded } = measured.get(this) ?? missing();
    const [on, off] = [median(recorded), median(unrecorded)];
    if (on > Math.max(factor * off, off + marginMs)) {
      throw new PromiseBroken(
        `a median of at most ${factor} times ${off.toFixed(1)} ms, what it is without instrumentation, or of ${marginMs} ms more`,
        sql,
        `${on.toFixed(1)} ms`,
      );
    }
  },
);

async function keepBusy(client: FlightSqlClient, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await client.query('SELECT 1');
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function missing(): never {
  throw new Error('nothing to measure with, or nothing measured');
}
