// Runs on every Node.js since 12, to say which one is needed: plain old syntax only.
import { createRequire } from 'module';

/**
 * What is wrong with running on Node.js `version`, as one line; undefined when
 * package.json's `engines` allows it.
 */
export function whyNotNode(version) {
  var require = createRequire(import.meta.url);
  var range = require('../package.json').engines.node;
  try {
    var satisfies = require('semver/functions/satisfies');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') {
      throw error;
    }
    return 'the packages it needs are not installed: run npm ci first';
  }
  if (satisfies(version, range)) {
    return undefined;
  }
  return 'this is Node.js ' + version + ', but Node.js ' + range + ' is required';
}
