import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseStore } from './choose-store.js';
import { readConfig } from './read-config.js';

const storeOf = (...argv: string[]) => chooseStore(readConfig(['--password=x', ...argv]));
const on = '--enable-instrumentation=true';

describe('the store of the records', () => {
  it('is a file beside the main database, or in the working directory', () => {
    const file = 'gizmosql_instrumentation.db';
    expect(storeOf(on)?.ownFiles).toEqual([resolve(file)]);
    expect(storeOf(on, '-D', join('data', 'main.db'))?.ownFiles).toEqual([resolve('data', file)]);
  });

  it('is the file that the settings name', () => {
    const store = storeOf(on, '-D', join('data', 'main.db'), '--instrumentation-db-path', 'r.db');
    expect(store).toMatchObject({ ownFiles: [resolve('r.db')], attached: [] });
  });

  it('is the catalog that the settings name, whatever file they name besides', () => {
    const store = storeOf(
      ...[on, '--instrumentation-catalog=Lake', '--instrumentation-db-path', 'r.db'],
    );
    expect(store).toMatchObject({ ownFiles: [], attached: ['Lake'] });
  });

  it('is none without instrumentation', () => {
    expect(storeOf('--instrumentation-db-path', 'r.db')).toBeNull();
  });
});
