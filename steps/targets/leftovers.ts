import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel, isMainThread, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

/** Something that the suite created and must remove before it ends. */
export type Leftover =
  /** A program and its children, by the id of their process group. */
  | { readonly kind: 'processes'; readonly id: number }
  /** A container, by its name. */
  | { readonly kind: 'container'; readonly id: string }
  | { readonly kind: 'folder'; readonly id: string };

interface Notice {
  readonly leftover: Leftover;
  readonly gone: boolean;
}

const removeContainers = fileURLToPath(new URL('./remove-containers.js', import.meta.url));
const containerPatienceMs = 30_000;
const left = new Map<string, Leftover>();

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
      note(next.message as Notice);
    }
    removeAll([...left.values()]);
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

function note({ leftover, gone }: Notice): void {
  const key = `${leftover.kind} ${leftover.id}`;
  if (gone) {
    left.delete(key);
  } else {
    left.set(key, leftover);
  }
}

/**
 * Must be synchronous, because the process is ending. Folders come last, because a running server would still
 * write into them.
 */
function removeAll(leftovers: readonly Leftover[]): void {
  for (const { kind, id } of leftovers) {
    if (kind === 'processes') {
      killGroup(id);
    }
  }
  const containers = leftovers.flatMap(({ kind, id }) => (kind === 'container' ? [id] : []));
  if (containers.length > 0) {
    spawnSync(process.execPath, [removeContainers, ...containers], {
      stdio: 'ignore',
      timeout: containerPatienceMs,
    });
  }
  for (const { kind, id } of leftovers) {
    if (kind === 'folder') {
      rmSync(id, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
