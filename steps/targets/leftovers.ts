import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel, isMainThread, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

/** Something that the suite made and that must not outlive it. */
export type Leftover =
  /** A program and whatever it started, by the id of the group's leader. */
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
      note(next.message as Notice);
    }
    removeAll([...left.values()]);
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

function note({ leftover, gone }: Notice): void {
  const key = `${leftover.kind} ${leftover.id}`;
  if (gone) {
    left.delete(key);
  } else {
    left.set(key, leftover);
  }
}

/** Nothing asynchronous runs any more. Folders come last: a server would still write into them. */
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
