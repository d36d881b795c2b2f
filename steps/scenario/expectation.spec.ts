import { describe, expect, it } from 'vitest';
import { Decimal, Timestamp } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import { readExpectation } from './expectation.js';

const remembered: Record<string, PlainValue> = {
  id: '0b40a498-8fbe-4d96-98d8-d6f0cb1342f4',
  name: "O'Brien",
  port: 31337,
  flag: false,
  nothing: null,
};

function fits(cell: string, value: PlainValue): boolean {
  return readExpectation(cell, (name) => remembered[name] ?? null).matches(value);
}

const uuid = '0b40a498-8fbe-4d96-98d8-d6f0cb1342f4';
const moment = new Timestamp(1n);

describe('readExpectation', () => {
  it.each<[cell: string, right: PlainValue[], wrong: PlainValue[]]>([
    ['NULL', [null], ['NULL', '', 0, false]],
    ['not NULL', ['', 0, false], [null]],
    ['anything', [null, 'x', 1n], []],
    ['true', [true], [false, 'true', 1, null]],
    ['false', [false], [true, 'false', 0, null]],
    ['a UUID', [uuid, uuid.toUpperCase()], [null, '', `${uuid}0`, uuid.slice(1), 'a UUID']],
    ['a time with a zone', [new Timestamp(1n, 'UTC')], [null, moment]],
    ['a timestamp', [moment], [null, '2026-01-01 00:00:00', 5n, new Timestamp(1n, 'UTC')]],
    ['some text', ['x'], [null, '', '  ', 5]],
    ['3', [3, 3n, new Decimal('3')], ['3', 4, null, 3.5, new Decimal('3.5')]],
    ['-2.5', [-2.5, new Decimal('-2.5')], [2.5, '-2.5']],
    ['> 0', [1, 1n, 0.5], [0, 0n, -1, null, '1']],
    ['>= 0', [0, 0n], [-1, null]],
    ['2 to 4', [2, 3n, 4], [1, 5, null, '3']],
    ["'it''s'", ["it's"], ["it''s", "it's ", "IT'S", null]],
    ["''", [''], [null, ' ']],
    ["contains 'b'", ['abc', 'b'], ['ac', 'B', null]],
    ["starts with 'b'", ['bc'], ['abc', null]],
    ["one of 'Core', 'Enterprise'", ['Core', 'Enterprise'], ['core', "Core', 'Enterprise", null]],
    ['matches /^v?\\d+$/', ['v1', '2'], ['v', 1, null]],
    ['${id}', [uuid], [uuid.toUpperCase(), null]],
    ['${port}', [31337, 31337n], ['31337', 31338, null]],
    ['${flag}', [false], [true, null]],
    ['${nothing}', [null], ['null', false]],
    ["'by ${name}'", ["by O'Brien"], ['by ${name}', "by O''Brien"]],
  ])('%s', (cell, right, wrong) => {
    expect(right.filter((value) => !fits(cell, value))).toEqual([]);
    expect(wrong.filter((value) => fits(cell, value))).toEqual([]);
  });

  it('takes JSON for the same however its numbers are written', () => {
    const cell = 'the JSON [1, "it\'s", true, null]';
    expect(fits(cell, '[1,"it\'s",true,null]')).toBe(true);
    expect(fits(cell, ' [ "1", "it\'s", "true", null ] ')).toBe(true);
    for (const other of ['[1,"it\'s",true]', '["it\'s",1,true,null]', '[1,"it\'s",true,"null"]']) {
      expect(fits(cell, other)).toBe(false);
    }
    expect(fits(cell, "1, it's, true, NULL")).toBe(false);
    expect(fits(cell, null)).toBe(false);
  });

  it('refuses a cell that it does not know, rather than let it pass', () => {
    expect(() => readExpectation('a UUId', () => null)).toThrow("'a UUId' is not an expectation");
    expect(() => readExpectation('', () => null)).toThrow('is not an expectation');
  });
});
