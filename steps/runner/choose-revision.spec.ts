import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../fixtures/catalogue/catalogue.js';
import { chooseRevision } from './choose-revision.js';

const known = loadCatalogue();
const chosen = (spec: string, version: string | null = null) =>
  chooseRevision(spec, version, known);

describe('chooseRevision', () => {
  it.each([
    ['v1.17.0', '1.17'],
    ['v1.17.1', '1.17.1'],
    ['v1.20.3', '1.17.1'],
    ['v1.25.0-LTS', '1.21'],
    ['v1.26.2', '1.25.2'],
    ['1.27.1', '1.27'],
    ['v1.36.0', '1.34'],
    ['v1.36.9-edge', '1.34'],
  ])('takes for a server of %s the revision %s', (version, revision) => {
    expect(chosen('auto', version)).toEqual({ revision });
  });

  it.each([
    ['1.17', '1.17'],
    ['1.21', '1.21'],
    ['1.36', '1.34'],
  ])('takes for --spec %s the revision %s, whatever the server is', (spec, revision) => {
    expect(chosen(spec, 'v1.28.0')).toEqual({ revision });
  });

  it.each([
    ['auto', null, '1.34', 'the server tells no version'],
    ['auto', 'v1', '1.34', "the server's version, v1, is not readable"],
    ['auto', 'v1.36.0-dev', '1.34', "the server's version, v1.36.0-dev, is not readable"],
    ['auto', 'v1.40.0-EDGE', '1.34', "the server's version, v1.40.0-EDGE, is newer than 1.36"],
    ['auto', 'v2.0.0', '1.34', "the server's version, v2.0.0, is newer than 1.36"],
    ['auto', 'v1.16.0', '1.17', "the server's version, v1.16.0, is older than the first"],
    ['1.40', 'v1.40.0', '1.34', '--spec 1.40 is newer than 1.36'],
  ])('says why with %s and the version %s it is %s', (spec, version, revision, note) => {
    const choice = chosen(spec, version);
    expect(choice.revision).toBe(revision);
    expect(choice.note).toContain(note);
    expect(choice.note).toContain(revision);
  });
});
