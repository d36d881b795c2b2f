import { valueText } from '../client/plain-value.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { housekeepingMark } from '../scenario/conversation.js';
import { becomes } from '../scenario/visibility.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { judgeAtPaces } from './judge-at-paces.js';
import { judgeTimeline } from './judge-timeline.js';
import type { Aspect, Pair, TimelineFault } from './judge-timeline.js';
import type { ObservedExecution } from './observed-execution.js';
import { readTimelines, showTimeline, timelinesOf } from './recorded-timeline.js';
import type { RecordedTimeline } from './recorded-timeline.js';
import { runTimeline } from './run-timeline.js';
import { showTimelineScript, timelineScripts } from './timeline-script.js';
import type { Focus, TimelineScript } from './timeline-script.js';

/** What the generated timelines are judged by, by the wording in scenarios. */
export const timelineAspects = {
  'the times are in order': { aspect: 'order', focus: { slow: 1, idle: 1, failure: 4 } },
  "the engine's end and its duration agree": {
    aspect: 'engine',
    focus: { slow: 4, idle: 2, failure: 2 },
  },
  'the end of delivery and the whole duration agree': {
    aspect: 'delivery',
    focus: { slow: 4, idle: 2, failure: 2 },
  },
  'a first batch is told where one went out': {
    aspect: 'first batch',
    focus: { slow: 0, idle: 0, failure: 8 },
  },
  'a slow reader lengthens only the delivery': {
    aspect: 'slow reader',
    focus: { slow: 12, idle: 0, failure: 1 },
  },
  'an idle cursor lengthens only the time until it is closed': {
    aspect: 'idle cursor',
    focus: { slow: 0, idle: 6, failure: 1 },
  },
} as const satisfies Record<string, { aspect: Aspect; focus: Focus }>;

/** The length of a pause in milliseconds, and how many times as long it is when a case is tried again. */
const pauseMs = 250;
const paces = [1, 4, 12] as const;

/** After any timeline, the records are right in one respect. */
export function timelineAgrees(
  world: World,
  wording: keyof typeof timelineAspects,
): Property<TimelineScript> {
  const { aspect, focus } = timelineAspects[wording];
  return {
    name: `timeline: ${aspect}`,
    part: 1 / Object.keys(timelineAspects).length,
    cases: timelineScripts(focus),
    show: showTimelineScript,
    check: (script) => mustBeRight(world, script, [aspect]),
  };
}

/** The same in all respects: for very many trials. */
export function timelineAgreesInAll(world: World): Property<TimelineScript> {
  return {
    name: 'timeline: all',
    cases: timelineScripts({ slow: 1, idle: 2, failure: 2 }),
    show: showTimelineScript,
    check: (script) =>
      mustBeRight(
        world,
        script,
        Object.values(timelineAspects).map(({ aspect }) => aspect),
      ),
  };
}

/** Performs the script and judges its records. What the machine is too slow for is not judged. */
function mustBeRight(
  world: World,
  script: TimelineScript,
  aspects: readonly Aspect[],
): Promise<void> {
  return judgeAtPaces(paces, 'a true timeline of each execution', (pace) =>
    faultsOf(world, script, { aspects, pauseMs: pace * pauseMs }),
  );
}

async function faultsOf(
  world: World,
  script: TimelineScript,
  { aspects, pauseMs: ms }: { readonly aspects: readonly Aspect[]; readonly pauseMs: number },
): Promise<TimelineFault[]> {
  const run = await runTimeline(world, script, ms);
  if (run === null) {
    return [];
  }
  const { sessions, observed } = run;
  const ids = sessions.map(({ id }) => id);
  const sql = timelinesOf(ids, housekeepingMark);
  const needsClosing = aspects.some((aspect) => aspect === 'order' || aspect === 'idle cursor');
  const records = await becomes(
    {
      promised: `a record of each of the ${observed.length} executions, with their ends`,
      sent: sql,
      look: async () => readTimelines(await world.look(sql)),
      judge: (seen) => whatLacks(seen, observed.length, needsClosing),
    },
    world.visibilityMs,
  );
  return sessions
    .flatMap(({ id, settings: { name } }) =>
      judgeSession(
        observed.filter(({ session }) => session === name),
        records.filter(({ session }) => session === id),
      ),
    )
    .filter(({ aspects: wrong }) => wrong.some((each) => aspects.includes(each)));
}

/** How the records are not complete; undefined if they are. */
function whatLacks(
  seen: readonly RecordedTimeline[],
  executions: number,
  needsClosing: boolean,
): string | undefined {
  if (seen.length !== executions) {
    return `${seen.length} records`;
  }
  const open = seen.find(
    ({ fetch_end_time: fetched, cursor_close_time: closed }) =>
      fetched === null || (needsClosing && closed === null),
  );
  return open === undefined ? undefined : `${valueText(open.text)}: ${showTimeline(open)}`;
}

/** The n-th execution of a text has the n-th record of it, by the time of its start. */
function judgeSession(
  observed: readonly ObservedExecution[],
  records: readonly RecordedTimeline[],
): TimelineFault[] {
  const left = [...records];
  const faults: TimelineFault[] = [];
  let before: Pair | undefined;
  for (const each of observed) {
    const at = left.findIndex(({ text }) => text === each.text);
    const [record] = at === -1 ? [] : left.splice(at, 1);
    if (record === undefined) {
      throw new PromiseBroken('a record of each execution', each.text, 'none');
    }
    faults.push(...judgeTimeline(each, record, before));
    before = { observed: each, record };
  }
  return faults;
}
