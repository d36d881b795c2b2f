import { findExtensions, loadExtensions } from '../../fixtures/surroundings/extensions.js';
import type { ExtensionName } from '../../fixtures/surroundings/extensions.js';
import { ServerNotStarted, lastLines } from './launch.js';
import type { Loading } from './target.js';

/**
 * Finds the init SQL that loads extensions, by calling `start` with each candidate: from this machine's
 * extension folder, which needs a server with the same DuckDB; by INSTALL and LOAD, as documented; by LOAD
 * alone.
 */
export async function findLoading(
  extensions: readonly ExtensionName[],
  start: (initSql: string) => Promise<void>,
): Promise<Loading> {
  const here = findExtensions(extensions);
  const each = (words: readonly string[]) =>
    extensions.flatMap((name) => words.map((word) => `${word} ${name};`)).join(' ');
  const ways = [
    ...(here.available ? [loadExtensions(here.folder, extensions)] : []),
    each(['INSTALL', 'LOAD']),
    each(['LOAD']),
  ];
  let lastWords = '';
  for (const sql of ways) {
    try {
      await start(sql);
      return { offered: true, sql };
    } catch (error) {
      if (!(error instanceof ServerNotStarted)) {
        throw error;
      }
      lastWords = lastLines(error.message).split('\n').at(-1) ?? '';
    }
  }
  const reason = `the server does not load the DuckDB extension ${extensions.join(' or ')}: ${lastWords}`;
  return { offered: false, reason };
}
