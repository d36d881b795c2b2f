import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../fixtures/catalogue/catalogue.js';
import { UsageError } from './errors.js';
import { selectRequirements } from './select-requirements.js';

const catalogue = loadCatalogue();
const ids = (...only: string[]): string[] =>
  selectRequirements(catalogue, only).map(({ id }) => id);

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

  it.each(['kil1', 'ill', '', 'KILL', 'kill.not-own2', 'kill*'])(
    'refuses %o, by name, even beside one that matches',
    (term) => {
      expect(() => ids('kill', term)).toThrow(UsageError);
      expect(() => ids('kill', term)).toThrow(`--only ${term}: no requirement`);
    },
  );
});
