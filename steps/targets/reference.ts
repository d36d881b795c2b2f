import { fileURLToPath } from 'node:url';
import { CommandLauncher } from './command-launcher.js';
import { OwnedTarget } from './owned-target.js';

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
}
