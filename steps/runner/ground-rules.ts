import { generateMessages } from '@cucumber/gherkin';
import type { Pickle, PickleStep } from '@cucumber/messages';
import { IdGenerator, PickleStepType, SourceMediaType } from '@cucumber/messages';
import { endsWithinAMinute } from '../scenario/within-a-minute.js';

/** What a statement does that scenarios are prepared with. */
const prepares =
  /^\s*(CREATE|INSERT|UPDATE|DELETE|SET|ATTACH|PREPARE|LOAD|INSTALL|DROP|ALTER|COPY)\b/i;
/** Steps that send a statement that must succeed. */
const demands = /^"[^"]*" (executes|prepares|starts executing)\b/;
const startsServer = /^(a server of its own|a lent server|the servers ")/;
const startNeeds = ['@needs:start', '@needs:instrumentation-off'];
const aboutRecords = /_gizmosql_instr|instr_lake/i;
const pseudoFunction = /\bGIZMOSQL_\w+\(/i;
/**
 * Names that only look like pseudo-functions are made to see that they are left alone. The server's own settings are
 * what their scenarios are about.
 */
const likeOne = /gizmosql[_.]/i;
/** Pseudo-functions that are items of a select list, as every server takes them. */
const bareCalls = /^\s*SELECT (GIZMOSQL_\w+\(\)( AS \w+)?(, )?)+\s*$/i;
const uncast = /\?(?!::)/;

/**
 * The faults in the ground of a feature's scenarios, as far as a rule can tell; each begins with the line of the
 * scenario. What prepares a scenario stands under *Given*, where a refusal does not count against the server, and
 * does only what every such server has been seen to do. A query that would run for ever ends by itself.
 */
export function groundFaults(text: string): string[] {
  const envelopes = generateMessages(
    text,
    'a.feature',
    SourceMediaType.TEXT_X_CUCUMBER_GHERKIN_PLAIN,
    {
      newId: IdGenerator.incrementing(),
      includePickles: true,
    },
  );
  return envelopes.flatMap(({ pickle }) => (pickle === undefined ? [] : faultsIn(pickle)));
}

function faultsIn({ location, steps, tags }: Pickle): string[] {
  const first = steps.findIndex(({ type }) => type === PickleStepType.OUTCOME);
  const startsServers = steps.some(({ text }) => startsServer.test(text));
  const lacksNeed = startsServers && !tags.some(({ name }) => startNeeds.includes(name));
  return [
    ...(lacksNeed ? [`${location?.line ?? 0}: a server of the suite's is @needs:start`] : []),
    ...faultsOfSteps(steps, first).map((fault) => `${location?.line ?? 0}: ${fault}`),
  ];
}

function faultsOfSteps(steps: readonly PickleStep[], first: number): string[] {
  return steps.flatMap((step, place) => {
    const sql = step.argument?.docString?.content ?? '';
    const isFirst = place < first && isUnjudged(step, steps[place + 1]);
    return [
      ...(isFirst && prepares.test(sql) && !aboutRecords.test(sql) && !likeOne.test(sql)
        ? [`this prepares the scenario, so it is Given: ${sql}`]
        : []),
      ...(step.type === PickleStepType.CONTEXT ? faultsOfGround(step.text, sql) : []),
      ...(/range\(\d{10,}\)/.test(sql) && !endsWithinAMinute(sql)
        ? [`this may run for ever: it needs WHERE \${within a minute}: ${sql}`]
        : []),
    ];
  });
}

/** Whether an action must succeed and its answer is not what the scenario judges. */
function isUnjudged(step: PickleStep, next: PickleStep | undefined): boolean {
  return (
    step.type === PickleStepType.ACTION &&
    demands.test(step.text) &&
    next?.type !== PickleStepType.OUTCOME
  );
}

function faultsOfGround(text: string, sql: string): string[] {
  if (!demands.test(text)) {
    return [];
  }
  return [
    ...(/ prepares\b/.test(text) && uncast.test(sql.replaceAll(/CAST\(\? AS/gi, ''))
      ? [`a parameter without a cast is no ground: ${sql}`]
      : []),
    ...(pseudoFunction.test(sql) && !/ AS \w+/.test(sql) && !bareCalls.test(sql)
      ? [`a function of GizmoSQL in an expression is no ground: ${sql}`]
      : []),
  ];
}
