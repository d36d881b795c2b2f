import { expect, it } from 'vitest';
import { loadCatalogue } from '../fixtures/catalogue/catalogue.js';
import { specificationLink } from './specification-link.js';

const document = 'https://example.test/spec.md';

it.each([
  ['Read-Only Access', 'read-only-access'],
  ['Enabling/Disabling Instrumentation', 'enablingdisabling-instrumentation'],
  ['GIZMOSQL_CURRENT_SESSION()', 'gizmosql_current_session'],
  [
    'Example: Using Persistent Secrets (Recommended)',
    'example-using-persistent-secrets-recommended',
  ],
])('%s is found at #%s', (heading, anchor) => {
  expect(specificationLink({ document }, heading)).toEqual({
    heading,
    url: `${document}#${anchor}`,
  });
});

it('has no address where the report has none', () => {
  expect(specificationLink({}, 'Overview')).toEqual({ heading: 'Overview' });
});

it.each([
  ['1.17', 'v1.17.0'],
  ['1.17.1', 'v1.17.1'],
  ['1.34', 'v1.34.0'],
])('the catalogue names the document of the revision %s, by its tag %s', (revision, tag) => {
  expect(loadCatalogue().at(revision).document).toContain(`/${tag}/`);
});
