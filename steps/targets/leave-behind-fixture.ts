import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { ServerProcess } from './server-process.js';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.js';

// A program whose thread creates a folder and starts a server that ignores signals. It prints both and ends
// at once, or with the argument `stay` waits to be killed.
if (isMainThread) {
  const loading = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};
    register();
    await import(${JSON.stringify(import.meta.url)});`;
  const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(loading)}`));
  thread.on('message', (made) => {
    process.stdout.write(`${JSON.stringify(made)}\n`, () => {
      if (process.argv[2] !== 'stay') {
        process.exit(3);
      }
    });
  });
} else {
  removeTemporaryFolder(makeTemporaryFolder());
  const folder = makeTemporaryFolder();
  const { readyLine } = await ServerProcess.start({
    command: process.execPath,
    arguments: [
      '-e',
      `process.on('SIGTERM', () => {});
       setInterval(() => {}, 1000);
       console.log(process.pid + ' GizmoSQL server - started');`,
    ],
    environment: {},
    workingDirectory: folder,
  });
  parentPort?.postMessage({ folder, pid: parseInt(readyLine) });
}
