import { isMainThread } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

// Loaded before all other support code: what the command registered holds for its own thread only.
if (!isMainThread) {
  register();
}
