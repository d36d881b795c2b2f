import { Then } from '@cucumber/cucumber';
import { holds } from './properties/check-property.js';
import {
  parametersStay,
  sqlTextsStay,
  userAgentsStay,
  userNamesStay,
} from './properties/fidelity.js';
import { aftermaths, asTheModel, asTheModelAfterRestart } from './properties/model.js';
import { changesNothing, recordedAsFailed } from './properties/protection.js';
import { rightValues } from './properties/pseudo-functions.js';
import { judgedTags, statementsAreTagged } from './properties/query-tags.js';
import { queueAgrees, queueAspects, slotNumbers } from './properties/queues.js';
import { readonlyWritesHaveNoEffect } from './properties/readonly-writes.js';
import { brokenTagsAreRefused } from './properties/refused-tags.js';
import { noPathLeadsThere, staysSecret } from './properties/secrecy.js';
import { sessionTagScripts, sessionTagsStay } from './properties/session-tags.js';
import { spelledChanges, takesEffectOrIsRefused } from './properties/spelled-settings.js';
import { timelineAgrees, timelineAspects } from './properties/timelines.js';
import { viewAgrees, viewComparisons } from './properties/views.js';
import type { Property } from './properties/check-property.js';
import type { World } from './scenario/world.js';

// No limit: a setting may ask for very many cases, and each of their calls has its own deadline.
const timeout = -1;

/** The properties by their wording in the scenarios. */
const properties: Record<string, (world: World) => Promise<void>> = {
  'no generated query shows a record to a non-admin': holding(staysSecret),
  'no generated path shows a record to a non-admin': holding(noPathLeadsThere),
  'each generated user is told its own name': holding(userNamesStay),
  'each generated text is the sql_text of its record': holding(sqlTextsStay),
  'all generated parameters are the bind_parameters of their record': holding(parametersStay),
  'each generated user agent is in the user_agent of its record': holding(userAgentsStay),
  'each generated write by the role readonly is refused and has no effect': holding(
    readonlyWritesHaveNoEffect,
  ),
};
for (const change of ['INSERT', 'UPDATE', 'DELETE', 'other'] as const) {
  const changes = `each generated ${change} change of the instrumentation`;
  properties[`${changes} is refused and changes nothing`] = holding((world) =>
    changesNothing(world, change),
  );
  properties[`${changes} is recorded as failed`] = holding((world) =>
    recordedAsFailed(world, change),
  );
}
for (const door of ['a query', 'a prepared query'] as const) {
  for (const calls of [
    'wherever an expression may stand',
    'in any letter case',
    'among what only looks like them',
  ] as const) {
    properties[`generated calls ${calls} have the right values, by ${door}`] = holding((world) =>
      rightValues(world, calls, door),
    );
  }
}
for (const kind of ['session', 'statement', 'execution'] as const) {
  properties[`after each generated script the ${kind} records are those of the model`] = holding(
    (world) => asTheModel(world, kind),
  );
}
for (const what of keysOf(aftermaths)) {
  properties[
    `after each generated script with a restart the records of ${what} are those of the model`
  ] = holding((world) => asTheModelAfterRestart(world, what));
}
for (const view of keysOf(viewComparisons)) {
  properties[`after each generated script the view ${view} agrees with the tables`] = holding(
    (world) => viewAgrees(world, view),
  );
}
for (const what of keysOf(sessionTagScripts)) {
  properties[`after each generated script session_tag is ${what}`] = holding((world) =>
    sessionTagsStay(world, what),
  );
}
for (const what of keysOf(judgedTags)) {
  properties[`after each generated script each statement has ${what}`] = holding((world) =>
    statementsAreTagged(world, what),
  );
}
properties['each generated text that is no JSON is refused and the tags stay'] =
  holding(brokenTagsAreRefused);
for (const change of keysOf(spelledChanges)) {
  properties[`in each generated spelling ${change}, or the statement is refused`] = holding(
    (world) => takesEffectOrIsRefused(world, change),
  );
}
for (const aspect of keysOf(timelineAspects)) {
  properties[`in each generated timeline ${aspect}`] = holding((world) =>
    timelineAgrees(world, aspect),
  );
}
for (const slots of slotNumbers) {
  for (const aspect of keysOf(queueAspects)) {
    properties[`with ${slots} slots ${aspect}`] = holding((world) =>
      queueAgrees(world, aspect, slots),
    );
  }
}

// A property of generated statements or scripts. The setting `property-runs` is their number.
Then('the property {string} holds', { timeout }, async function (this: World, name: string) {
  const property = properties[name];
  if (property === undefined) {
    const known = Object.keys(properties).join('; ');
    throw new Error(`there is no property '${name}'; there are: ${known}`);
  }
  await property(this);
});

function holding<T>(property: (world: World) => Property<T>): (world: World) => Promise<void> {
  return (world) => holds(world, property(world));
}

function keysOf<T extends object>(record: T): (keyof T)[] {
  return Object.keys(record) as (keyof T)[];
}
