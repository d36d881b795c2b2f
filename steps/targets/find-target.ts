import { ReferenceTarget } from './reference.js';
import type { Target } from './target.js';

/** The target of a kind, as `--target` and the scenarios' parameters name it. */
export function findTarget(kind: string): Target {
  if (kind === 'reference') {
    return new ReferenceTarget();
  }
  throw new RangeError(`there is no target '${kind}'; there is: reference`);
}
