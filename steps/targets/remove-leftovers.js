import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const removeContainers = fileURLToPath(new URL('./remove-containers.js', import.meta.url));
const containerPatienceMs = 30_000;

/** See remove-leftovers.d.ts. */
export function keep(left, { leftover, gone }) {
  const key = `${leftover.kind} ${leftover.id}`;
  if (gone) {
    left.delete(key);
  } else {
    left.set(key, leftover);
  }
}

/** See remove-leftovers.d.ts. */
export function removeLeftovers(leftovers) {
  const idsOf = (kind) => leftovers.filter((each) => each.kind === kind).map(({ id }) => id);
  for (const leader of idsOf('processes')) {
    killGroup(leader);
  }
  const containers = idsOf('container');
  if (containers.length > 0) {
    spawnSync(process.execPath, [removeContainers, ...containers], {
      stdio: 'ignore',
      timeout: containerPatienceMs,
    });
  }
  // Folders come last: a server would still write into them.
  for (const folder of idsOf('folder')) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function killGroup(leader) {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') {
      throw error;
    }
  }
}
