import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RecorderLoad } from './recorder-load.js';
import { row } from './table.js';

const intro = `
The recorder of a server that is told of a million executed statements, as fast as it writes them.
`;

/** Measures the statements that the recorder writes in a second, and the server's memory. */
export async function measureRecorder(): Promise<void> {
  console.log(intro);
  const program = fileURLToPath(new URL('recorder-load.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program]);
  const { statements, seconds, before, after } = JSON.parse(stdout) as RecorderLoad;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  console.log(row('statements a second', (statements / seconds).toFixed(0), ''));
  console.log(row('', 'after', 'at start', 'ratio', ''));
  console.log(
    row('memory, MB', megabytes(after), megabytes(before), (after / before).toFixed(2), ''),
  );
}
