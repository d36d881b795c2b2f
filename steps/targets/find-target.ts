import { CommandTarget } from './command.js';
import { ReferenceTarget } from './reference.js';
import type { Target, TargetSettings } from './target.js';

/** The target of these settings. */
export function findTarget(settings: TargetSettings): Target {
  switch (settings.kind) {
    case 'reference':
      return new ReferenceTarget();
    case 'command':
      return new CommandTarget(settings);
  }
}
