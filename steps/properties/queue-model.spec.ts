import { expect, it } from 'vitest';
import { QueueModel } from './queue-model.js';

function states(model: QueueModel): string[] {
  return model.entries.map(({ state }) => state);
}

it('executes at once what finds a free slot', () => {
  const model = new QueueModel(2);
  model.arrive('long');
  model.arrive('short');
  model.arrive('long, not read');
  expect(states(model)).toEqual(['executing', 'success', 'executing']);
  expect(model.entries.map(({ waited }) => waited)).toEqual([false, false, false]);
});

it('serves first who came first, and short statements one after the other', () => {
  const model = new QueueModel(1);
  const first = model.arrive('long');
  model.arrive('short');
  model.arrive('short');
  const second = model.arrive('long');
  model.arrive('short');
  expect(states(model)).toEqual(['executing', 'queued', 'queued', 'queued', 'queued']);
  expect(model.end(first).map(({ at }) => at)).toEqual([1, 2, 3]);
  expect(states(model)).toEqual(['ended', 'success', 'success', 'executing', 'queued']);
  expect(model.end(second).map(({ at }) => at)).toEqual([4]);
  expect(model.entries.map(({ waited }) => waited)).toEqual([false, true, true, true, true]);
});

it('serves nobody when one that waits is killed', () => {
  const model = new QueueModel(1);
  model.arrive('long');
  const killed = model.arrive('long');
  model.arrive('short');
  expect(model.end(killed)).toEqual([]);
  expect(states(model)).toEqual(['executing', 'cancelled', 'queued']);
});
