import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { judgeAtPaces } from './judge-at-paces.js';
import { judgeQueue } from './judge-queue.js';
import type { QueueAspect } from './judge-queue.js';
import { queueScripts, showQueueScript } from './queue-script.js';
import type { QueueScript } from './queue-script.js';
import { runQueue } from './run-queue.js';

/** What generated queues are judged by, by the wording in scenarios. */
export const queueAspects = {
  'everybody keeps its place': 'places',
  'the wait is in neither duration': 'wait',
  'the times are in order': 'order',
} as const satisfies Record<string, QueueAspect>;

/** The numbers of slots that servers have. */
export const slotNumbers = [1, 2, 3] as const;

/** What to wait at first, and when a case is tried again because a machine under load may be the reason. */
const paces = [
  { pauseMs: 150, settleMs: 0 },
  { pauseMs: 400, settleMs: 300 },
  { pauseMs: 800, settleMs: 1_500 },
] as const;

/** On a server with this number of slots, any script has the records of the model, in one respect. */
export function queueAgrees(
  world: World,
  wording: keyof typeof queueAspects,
  slots: number,
): Property<QueueScript> {
  return {
    name: `queue: ${wording}, ${slots}`,
    part: 1 / 6,
    cases: queueScripts(slots),
    show: (script) => showQueueScript(slots, script),
    check: (script) => mustBeRight(world, script, { slots, aspects: [queueAspects[wording]] }),
  };
}

/** The same in all respects: for very many trials. */
export function queueAgreesInAll(world: World, slots: number): Property<QueueScript> {
  return {
    name: `queue: all, ${slots}`,
    cases: queueScripts(slots),
    show: (script) => showQueueScript(slots, script),
    check: (script) => mustBeRight(world, script, { slots, aspects: Object.values(queueAspects) }),
  };
}

function mustBeRight(
  world: World,
  script: QueueScript,
  { slots, aspects }: { readonly slots: number; readonly aspects: readonly QueueAspect[] },
): Promise<void> {
  return judgeAtPaces(paces, 'a true record of each wait', async (pace) => {
    const run = await runQueue(world, script, { ...pace, slots });
    // What the machine is too slow for is not judged.
    return judgeQueue(run ?? []).filter(({ aspect }) => aspects.includes(aspect));
  });
}
