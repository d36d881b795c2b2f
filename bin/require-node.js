// Must run on every Node.js from 12 on, to say which one is needed. So it uses old syntax only.
import { createRequire } from 'module';

/**
 * The message for an unsupported Node.js `version`, in one line; undefined if `engines` in package.json
 * allows the version.
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
