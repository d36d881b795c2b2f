import fc from 'fast-check';
import { expect, it } from 'vitest';
import { queueScripts } from './queue-script.js';

it.each([1, 2, 3])('generated queues never have more waiting than %i slots allow', (slots) => {
  const lengths = fc
    .sample(queueScripts(slots), 2_000)
    .map((script) => script.filter((step) => step.do === 'arrive').length);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(slots + 8);
  // Else nobody would see what a queue does with many.
  expect(Math.max(...lengths)).toBeGreaterThan(slots + 5);
});
