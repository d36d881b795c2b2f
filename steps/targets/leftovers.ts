import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel, isMainThread, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { keep, removeLeftovers } from './remove-leftovers.js';
import type { Leftover, Notice } from './remove-leftovers.js';

const guardianProgram = fileURLToPath(new URL('./guardian.js', import.meta.url));
const left = new Map<string, Leftover>();
let guardian: Writable | undefined;

// Scenarios mostly run in worker threads, which end without notice when the process ends. So the threads
// report their leftovers to the main thread, which removes them.
const channel = new BroadcastChannel('gizmosql-conformance leftovers');
channel.unref();

if (isMainThread) {
  // Unread messages would use memory, so they are read when they arrive and once more at the end.
  channel.onmessage = ({ data }) => {
    note(data as Notice);
  };
  process.on('exit', () => {
    for (let next = receive(); next !== undefined; next = receive()) {
      keep(left, next.message as Notice);
    }
    removeLeftovers([...left.values()]);
  });
}

/**
 * A message that was not read yet. It accepts a BroadcastChannel as well, although its type does not say so.
 */
function receive(): { message: unknown } | undefined {
  return receiveMessageOnPort(channel as unknown as MessagePort);
}

/** Registers something to be removed when the process ends, whichever thread made it. */
export function mustGo(leftover: Leftover): void {
  tell({ leftover, gone: false });
}

/** Takes back `mustGo` for something that was removed. */
export function isGone(leftover: Leftover): void {
  tell({ leftover, gone: true });
}

function tell(notice: Notice): void {
  if (isMainThread) {
    note(notice);
  } else {
    channel.postMessage(notice);
  }
}

function note(notice: Notice): void {
  keep(left, notice);
  guardian ??= startGuardian();
  guardian.write(`${JSON.stringify(notice)}\n`);
}

/** A program that removes what is left where this process is killed and can remove nothing itself. */
function startGuardian(): Writable {
  const child = spawn(process.execPath, [guardianProgram], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // In a session of its own: what ends the suite's group does not end it.
    detached: true,
  });
  // Without it the suite still tidies up wherever it ends in order.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  // Nobody waits for it: it goes when the suite has gone.
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child.stdin;
}
