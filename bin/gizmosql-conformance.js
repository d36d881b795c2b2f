#!/usr/bin/env node
// Any Node.js parses this file before its version is checked, so it must use old syntax only.
import { whyNotNode } from './require-node.js';

var complaint = whyNotNode(process.versions.node);
if (complaint) {
  end(2, complaint);
} else {
  import('tsx/esm/api')
    .then(function (tsx) {
      tsx.register();
      return import('../steps/runner/main.ts');
    })
    .then(function (program) {
      return program.main(process.argv.slice(2));
    })
    .then(end, function (error) {
      end(3, error.message);
    });
}

// Exits at once: connections and timers that an interrupted scenario left open would keep the process alive.
function end(code, message) {
  if (message) {
    process.stderr.write('gizmosql-conformance: ' + message + '\n');
  }
  // Waits until the pipe has taken the output.
  process.stdout.write('', function () {
    process.exit(code);
  });
}
