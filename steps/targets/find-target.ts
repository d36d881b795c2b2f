import { CommandTarget } from './command.js';
import { EndpointTarget } from './endpoint.js';
import { ImageTarget } from './image.js';
import { ReferenceTarget } from './reference.js';
import type { Target, TargetSettings } from './target.js';

/** The target of these settings. */
export function findTarget(settings: TargetSettings): Target {
  switch (settings.kind) {
    case 'reference':
      return new ReferenceTarget(settings);
    case 'command':
      return new CommandTarget(settings);
    case 'image':
      return new ImageTarget(settings);
    case 'endpoint':
      return new EndpointTarget(settings);
  }
}
