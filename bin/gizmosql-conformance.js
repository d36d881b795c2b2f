#!/usr/bin/env node
// Parsed by the Node.js at hand before it is known to be new enough: plain old syntax only.
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

// Ends here and now: whatever an interrupted scenario left open must not keep the user waiting.
function end(code, message) {
  if (message) {
    process.stderr.write('gizmosql-conformance: ' + message + '\n');
  }
  // A pipe may still hold what was printed.
  process.stdout.write('', function () {
    process.exit(code);
  });
}
