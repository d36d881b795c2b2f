import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel, isMainThread, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { removeLeftovers } from './remove-leftovers.js';
import type { Leftover } from './remove-leftovers.js';

interface Notice {
  readonly leftover: Leftover;
  readonly gone: boolean;
}

const guardianProgram = fileURLToPath(new URL('./guardian.js', import.meta.url));
const left = new Map<string, Leftover>();
let guardian: Writable | undefined;

// Scenarios mostly run in other threads, which end without a word when the process does: so it is the main
// thread that clears up, of what the others told it before.
const channel = new BroadcastChannel('gizmosql-conformance leftovers');
channel.unref();

if (isMainThread) {
  // While nothing reads them, messages pile up, so they are read as they come and once more at the end.
  channel.onmessage = ({ data }) => {
    note(data as Notice);
  };
  process.on('exit', () => {
    for (let next = receive(); next !== undefined; next = receive()) {
      keep(next.message as Notice);
    }
    removeLeftovers([...left.values()]);
  });
}

/** A message that came and was not read yet. It takes channels, too, which its types do not know. */
function receive(): { message: unknown } | undefined {
  return receiveMessageOnPort(channel as unknown as MessagePort);
}

/** From now on this is removed when the process ends, whichever thread made it. */
export function mustGo(leftover: Leftover): void {
  tell({ leftover, gone: false });
}

/** It is gone. */
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
  keep(notice);
  guardian ??= startGuardian();
  guardian.write(`${JSON.stringify(notice)}\n`);
}

function keep({ leftover, gone }: Notice): void {
  const key = `${leftover.kind} ${leftover.id}`;
  if (gone) {
    left.delete(key);
  } else {
    left.set(key, leftover);
  }
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
