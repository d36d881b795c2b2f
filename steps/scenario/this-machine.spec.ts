import { cpus, hostname, release } from 'node:os';
import { describe, expect, it } from 'vitest';
import { machineFacts } from './this-machine.js';

describe('machineFacts', () => {
  it.each<[fact: keyof typeof machineFacts, right: string[], wrong: string[]]>([
    [
      'a name',
      [hostname(), hostname().toUpperCase(), `${hostname()}.example.org`, 'localhost', '127.0.0.1'],
      ['', 'gizmosql-server', `x${hostname()}`, `${hostname()}:31337`, '203.0.113.7', '127'],
    ],
    ['an address', ['127.0.0.1', '127.0.1.1', '::1'], ['', '203.0.113.7', 'localhost', '0.0.0.0']],
    ['a system version', [release(), `Linux ${release()}`], ['', '0', '95', 'x', `${release()}0`]],
  ])('%s', (fact, right, wrong) => {
    const { says } = machineFacts[fact]();
    expect(right.filter((text) => !says(text))).toEqual([]);
    expect(wrong.filter((text) => says(text))).toEqual([]);
  });

  it('a processor: the model that the system tells, or any where it tells none', () => {
    const model = cpus()[0]?.model ?? '';
    const { known, says } = machineFacts['a processor']();
    expect(says(` ${model.toUpperCase()}  `)).toBe(true);
    expect(says('x86_64')).toBe(known.length === 0);
  });
});
