import { fileURLToPath } from 'node:url';
import { findExtensions } from '../../fixtures/extensions.js';
import { CommandLauncher } from './command-launcher.js';
import { OwnedTarget } from './owned-target.js';
import type { Need, Offer } from './target.js';

const program = fileURLToPath(new URL('../../bin/gizmosql-reference.js', import.meta.url));

/** The reference server of this repository, started as anybody would start it: as a program. */
export class ReferenceTarget extends OwnedTarget {
  constructor() {
    const node = { command: process.execPath, arguments: [program], environment: {} };
    super(
      { kind: 'reference' },
      'the reference server of this repository',
      new CommandLauncher(node, true),
    );
  }

  /** A DuckLake, too, where the extension for this server's DuckDB can be had. */
  override offers(need: Need): Offer {
    if (need !== 'lake') {
      return super.offers(need);
    }
    const extensions = findExtensions();
    return extensions.available ? { offered: true } : { offered: false, reason: extensions.reason };
  }
}
