import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../fixtures/catalogue/catalogue.js';
import { checkCoverage } from './check-coverage.js';
import { parseFeature, readFeatures } from './read-features.js';

const catalogue = loadCatalogue();
const check = (text: string): ReturnType<typeof checkCoverage> =>
  checkCoverage(catalogue, parseFeature(text, 'features/a.feature'));

const sound = `
Feature: F

  Background:
    Given a server

  @kill.not-own @kill.must-exist
  Scenario: one
    When a session is killed
    Then it is refused

  Rule: R
    @kill.not-admin @needs:roles
    Scenario Outline: two <role>
      Then the role <role> is refused

      Examples:
        | role     |
        | user     |
        | readonly |
`;

describe('the features of this suite', () => {
  it('fit the catalogue', () => {
    const features = readFeatures(fileURLToPath(new URL('../..', import.meta.url)));
    expect(checkCoverage(catalogue, features).problems).toEqual([]);
  });
});

describe('parseFeature', () => {
  it('reads scenarios and rows of outlines with where they stand, what they cover and need', () => {
    expect(parseFeature(sound, 'features/a.feature')).toEqual({
      problems: [],
      scenarios: [
        {
          feature: 'features/a.feature',
          line: 8,
          name: 'one',
          requirements: ['kill.not-own', 'kill.must-exist'],
          needs: [],
          steps: 3,
          hasOutcome: true,
        },
        ...[19, 20].map((line, index) => ({
          feature: 'features/a.feature',
          line,
          name: index === 0 ? 'two user' : 'two readonly',
          requirements: ['kill.not-admin'],
          needs: ['roles'],
          steps: 2,
          hasOutcome: true,
        })),
      ],
    });
  });
});

describe('checkCoverage', () => {
  it('accepts sound features and lists what they do not cover', () => {
    const { problems, missing } = check(sound);
    expect(problems).toEqual([]);
    expect(missing).toHaveLength(220);
    expect(missing).toContain('kill.admin');
    expect(missing).not.toContain('kill.not-own');
  });

  it('lists what is missing in the revision, by the scenarios about it', () => {
    const missing = (text: string, revision: string) =>
      checkCoverage(catalogue, parseFeature(text, 'features/a.feature'), revision).missing;
    const limited = sound.replace('@kill.not-own', '@kill.not-own @since:1.21 @until:1.28');
    const covering = catalogue.revisions.filter(
      (revision) => !missing(limited, revision).includes('kill.not-own'),
    );
    expect(covering).toEqual(['1.21', '1.25.2', '1.26.3', '1.27']);
    expect(missing(sound, '1.17')).toHaveLength(158);
  });

  it('lists every requirement as missing when there is no scenario', () => {
    expect(check('Feature: F\n')).toMatchObject({
      problems: [],
      missing: catalogue.at('1.34').requirements.map(({ id }) => id),
    });
  });

  it.each([
    [
      'an unknown id',
      sound.replace('@kill.not-own', '@kill.not-one'),
      ['8: @kill.not-one is not a requirement'],
    ],
    [
      'a tag that is neither',
      sound.replace('@kill.not-own', '@kill.not-own @wip'),
      ['8: @wip is not a requirement'],
    ],
    [
      'an unknown need',
      sound.replace('@needs:roles', '@needs:roles @needs:rolls'),
      ['19: @needs:rolls is not a need', '20: @needs:rolls is not a need'],
    ],
    [
      'a need left out',
      sound.replace('@needs:roles', ''),
      ['19: @kill.not-admin needs @needs:roles', '20: @kill.not-admin needs @needs:roles'],
    ],
    [
      'a scenario without an id',
      sound.replace('@kill.not-own @kill.must-exist', ''),
      ['8: "one" covers no requirement'],
    ],
    [
      'a scenario with nothing but a need',
      sound.replace('@kill.not-own @kill.must-exist', '@needs:kill'),
      ['8: "one" covers no requirement'],
    ],
    [
      'a scenario without an outcome',
      sound.replace('    Then it is refused\n', ''),
      ['8: "one" states no outcome: it has no Then'],
    ],
    [
      'a scenario without steps',
      'Feature: F\n  @kill.not-own\n  Scenario: one\n    Whn a session is killed\n',
      ['3: "one" has no steps'],
    ],
    [
      'a revision that there is not',
      sound.replace('@kill.not-own', '@kill.not-own @since:1.18'),
      [
        '8: @since: and @until: name a revision; there are: 1.17, 1.17.1, 1.21, 1.25.2, 1.26.3, 1.27, 1.28, 1.34',
      ],
    ],
    [
      'a scenario about no revision',
      sound.replace('@kill.not-own', '@kill.not-own @since:1.28 @until:1.28'),
      ['8: "one" is about no revision'],
    ],
    [
      'a scenario about revisions without its requirement',
      sound.replace('@kill.not-own @kill.must-exist', '@tag.session-set @until:1.21'),
      ['8: "one" is about no revision'],
    ],
    [
      'an outline without rows',
      sound.replace(/ +\| (user|readonly) .*\n/g, ''),
      ['14: the outline "two <role>" has no rows'],
    ],
  ])('catches %s', (_, text, problems) => {
    expect(check(text).problems).toEqual(
      problems.map((problem) => `features/a.feature:${problem}`),
    );
  });

  it('catches a feature that cannot be parsed', () => {
    const { problems } = check('Feature: F\n  Scenario: S\n    Given a\n    nonsense\n');
    expect(problems).toEqual([expect.stringMatching(/^features\/a\.feature:\(4:5\): .*nonsense/)]);
  });
});
