// A program: outlives the suite by a moment, however that ends, and then removes what the suite left. It
// hears of that on its standard input, a line of JSON each, which the system closes when the suite is gone.
import { createInterface } from 'node:readline';
import { keep, removeLeftovers } from './remove-leftovers.js';

const left = new Map();
// A signal for the suite's whole group is no concern of the one who tidies up after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {});
}
for await (const line of createInterface({ input: process.stdin })) {
  keep(left, JSON.parse(line));
}
removeLeftovers([...left.values()]);
