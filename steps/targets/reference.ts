import { fileURLToPath } from 'node:url';
import { findExtensions, loadExtensions } from '../../fixtures/surroundings/extensions.js';
import type { ExtensionName } from '../../fixtures/surroundings/extensions.js';
import { CommandLauncher } from './command-launcher.js';
import { OwnedTarget } from './owned-target.js';
import type { CommonSettings, Loading, ReferenceSettings } from './target.js';

const program = fileURLToPath(new URL('../../bin/gizmosql-reference.js', import.meta.url));

/** The reference server of this repository, started as a program. */
export class ReferenceTarget extends OwnedTarget {
  constructor(settings: ReferenceSettings & CommonSettings = { kind: 'reference' }) {
    const { release } = settings;
    const node = {
      command: process.execPath,
      arguments: [program, ...(release === undefined ? [] : [`--gizmosql-version=${release}`])],
      environment: {},
    };
    const as = release === undefined ? '' : ` as release ${release}`;
    const description = `the reference server of this repository${as}`;
    super(settings, description, new CommandLauncher(node, true));
  }

  /** The extensions on this machine are for the reference's DuckDB, so no server has to be started. */
  protected override findLoading(extensions: readonly ExtensionName[]): Promise<Loading> {
    const found = findExtensions(extensions);
    return Promise.resolve(
      found.available
        ? { offered: true, sql: loadExtensions(found.folder, extensions) }
        : { offered: false, reason: found.reason },
    );
  }
}
