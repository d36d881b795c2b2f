#!/usr/bin/env node
// Any Node.js parses this file before its version is checked, so it must use old syntax only.
import * as modules from 'module';
import { setFlagsFromString } from 'v8';
import { whyNotNode } from './require-node.js';

// Each running statement holds a thread of libuv's pool, and so does the check of a signature. With the
// default of 4 threads, four long queries would block every login. libuv reads this variable once, at first
// use.
process.env.UV_THREADPOOL_SIZE = process.env.UV_THREADPOOL_SIZE || '128';

// Outgoing batches are memory outside of V8's heap, and V8 collects garbage after some of them. Incremental
// marking of the small heap, with its write barriers, doubled the server's CPU time.
setFlagsFromString('--no-incremental-marking');

// Compiling took a quarter of the start. An old Node.js has no compile cache; it is refused below.
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

// Exits at once: parts that were started before a failure would keep the process alive.
function end(code, message) {
  if (message) {
    process.stderr.write('gizmosql-reference: ' + message + '\n');
  }
  // Waits until the pipe has taken the output.
  process.stdout.write('', function () {
    process.exit(code);
  });
}
