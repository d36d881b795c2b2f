import { expect, it } from 'vitest';
import { loadCatalogue } from '../fixtures/catalogue/catalogue.js';
import { changedRequirements } from './changed-requirements.js';

const catalogue = loadCatalogue();

it('finds what a revision added and what it changed', () => {
  const ids = changedRequirements(catalogue, '1.26.3');
  expect(ids).toContain('sessions.start_time');
  expect(ids).toHaveLength(7);
  expect(changedRequirements(catalogue, '1.25.2')).toEqual([
    'config.readonly-start',
    'lake.readonly-attach',
  ]);
});

it('has no answer for the first revision or for an unknown one', () => {
  const [first = ''] = catalogue.revisions;
  expect(() => changedRequirements(catalogue, first)).toThrow(RangeError);
  expect(() => changedRequirements(catalogue, '1.99')).toThrow(RangeError);
});
