import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../fixtures/catalogue/catalogue.js';
import { UsageError } from './errors.js';
import { numbered } from './read-features.js';
import { select } from './select-requirements.js';

const catalogue = loadCatalogue().at('1.17');
const scenarios = numbered(
  [['kill.not-own'], ['kill.admin'], ['kill.admin', 'kill.not-own'], ['kill.not-own']].map(
    (requirements, place) => ({
      ...{ feature: 'features/a.feature', line: place + 1, name: 'S', requirements, needs: [] },
      ...{ steps: 1, hasOutcome: true },
    }),
  ),
);
const lines = (...only: string[]): number[] =>
  select(catalogue, scenarios, only).scenarios.map(({ line }) => line);
const ids = (...only: string[]): string[] =>
  select(catalogue, scenarios, only).requirements.map(({ id }) => id);

describe('selectRequirements', () => {
  it('selects everything when nothing is asked for', () => {
    expect(ids()).toHaveLength(catalogue.requirements.length);
  });

  it('selects one requirement by its id, even where other ids begin with it', () => {
    expect(ids('kill.not-own')).toEqual(['kill.not-own']);
    expect(ids('instances.hostname')).toEqual(['instances.hostname']);
  });

  it('selects by prefix, a whole group or a part of it', () => {
    expect(ids('kill')).toHaveLength(9);
    expect(ids('kill.')).toEqual(ids('kill'));
    expect(ids('kill.must')).toEqual(['kill.must-exist', 'kill.must-be-active']);
    expect(ids('instances.hostnam')).toEqual(['instances.hostname', 'instances.hostname_arg']);
  });

  it('joins several, in the order of the catalogue and without doubles', () => {
    expect(ids('trace', 'kill.must', 'kill.must-exist')).toEqual([
      'kill.must-exist',
      'kill.must-be-active',
      'trace.statement',
      'trace.execution',
    ]);
  });

  it('selects the scenarios of what is selected, and by its number one of them', () => {
    expect(lines()).toEqual([1, 2, 3, 4]);
    expect(lines('kill.not-own')).toEqual([1, 3, 4]);
    expect(lines('kill.not-own/2')).toEqual([3]);
    expect(ids('kill.not-own/2')).toEqual(['kill.not-own']);
    expect(lines('kill.not-own/3', 'kill.admin/1')).toEqual([2, 4]);
  });

  it.each(['kill.not-own/0', 'kill.not-own/4', 'kill.not-own/', 'kill.not-own/x'])(
    'refuses %o and says which numbers there are',
    (term) => {
      expect(() => lines(term)).toThrow(`--only ${term}: kill.not-own has the scenarios 1 to 3`);
    },
  );

  it.each(['kil1', 'kil/1', 'ill', '', 'KILL', 'kill.not-own2', 'kill*'])(
    'refuses %o, by name, even beside one that matches',
    (term) => {
      expect(() => ids('kill', term)).toThrow(UsageError);
      expect(() => ids('kill', term)).toThrow(`--only ${term}: no requirement`);
    },
  );
});
