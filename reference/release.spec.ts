import { describe, expect, it } from 'vitest';
import { isFrom, parseRelease, usualRelease } from './release.js';

describe('parseRelease', () => {
  it.each([
    ['1.17', 'v1.17.0', [1, 17, 0]],
    ['v1.17.1', 'v1.17.1', [1, 17, 1]],
    ['1.36.0', 'v1.36.0', [1, 36, 0]],
    ['V1.36.12', 'v1.36.12', [1, 36, 12]],
    ['1.25.0-LTS', 'v1.25.0-LTS', [1, 25, 0]],
    ['v1.36-edge', 'v1.36.0-EDGE', [1, 36, 0]],
  ])('reads %s', (text, name, numbers) => {
    expect(parseRelease(text)).toEqual({ name, numbers });
  });

  it.each(['', '1', '1.16.9', '1.37', '1.37.0-EDGE', '2.0', '0.36', '1.17.', '1.17.0.1'])(
    'refuses %j',
    (text) => {
      expect(parseRelease(text)).toBeNull();
    },
  );

  it.each(['1.17-beta', 'latest', ' 1.17', '1.17.0-LTS-EDGE', '1.-17', '1.17e0'])(
    'refuses %j',
    (text) => {
      expect(parseRelease(text)).toBeNull();
    },
  );

  it('reads the usual release', () => {
    expect(parseRelease(usualRelease.name)).toEqual(usualRelease);
  });
});

it.each([
  ['1.17', '1.17', true],
  ['1.17.0', '1.17.1', false],
  ['1.17.2', '1.17.1', true],
  ['1.18.2', '1.18.3', false],
  ['1.18.3', '1.18.3', true],
  ['1.25.1-LTS', '1.25.2', false],
  ['1.30.0', '1.25.2', true],
  ['1.36.5', '1.36', true],
])('%s is from %s on: %j', (text, number, expected) => {
  const release = parseRelease(text) ?? expect.fail(`${text} is no release`);
  expect(isFrom(release, number)).toBe(expected);
});
