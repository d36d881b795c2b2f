#!/usr/bin/env node
// Parsed by the Node.js at hand before it is known to be new enough: plain old syntax only.
import * as modules from 'module';
import { setFlagsFromString } from 'v8';
import { whyNotNode } from './require-node.js';

// Each statement that runs holds one of libuv's threads, and so does checking a signature: with the
// default of 4, four long queries would keep everybody else from logging in. Read once, at first use.
process.env.UV_THREADPOOL_SIZE = process.env.UV_THREADPOOL_SIZE || '128';

// Batches on their way out are memory outside V8's heap, and after some of them V8 collects garbage.
// Marking the small heap bit by bit, with the barriers that needs, doubled the server's CPU time.
setFlagsFromString('--no-incremental-marking');

// Compiling was a quarter of what a start costs. A Node.js that is too old lacks this and is told so below.
if (modules.enableCompileCache) {
  modules.enableCompileCache();
}

var complaint = whyNotNode(process.versions.node);
if (complaint) {
  end(2, complaint);
} else {
  import('./find-reference.js')
    .then(function (found) {
      return found.findReference();
    })
    .then(function (program) {
      return program.main(process.argv.slice(2));
    })
    .then(end, function (error) {
      end(3, error.message);
    });
}

// Ends here and now: after a failed start, half-started parts may still hold the process open.
function end(code, message) {
  if (message) {
    process.stderr.write('gizmosql-reference: ' + message + '\n');
  }
  // A pipe may still hold what was printed.
  process.stdout.write('', function () {
    process.exit(code);
  });
}
