import { Given, Then, defineParameterType } from '@cucumber/cucumber';
import { holds } from './properties/check-property.js';
import {
  parametersStay,
  sqlTextsStay,
  userAgentsStay,
  userNamesStay,
} from './properties/fidelity.js';
import type { Change } from './properties/forbidden-statements.js';
import { aftermaths, asTheModel, asTheModelAfterRestart } from './properties/model.js';
import type { Aftermath } from './properties/model.js';
import { changesNothing, recordedAsFailed } from './properties/protection.js';
import { rightValues } from './properties/pseudo-functions.js';
import type { Calls } from './properties/pseudo-functions.js';
import { readonlyWritesHaveNoEffect } from './properties/readonly-writes.js';
import type { Kind } from './properties/script-model.js';
import { noPathLeadsThere, staysSecret } from './properties/secrecy.js';
import { viewAgrees } from './properties/views.js';
import type { World } from './scenario/world.js';

// A setting may ask for very many cases; each of their calls has a deadline of its own.
const timeout = -1;

defineParameterType({ name: 'change', regexp: /INSERT|UPDATE|DELETE|other/, transformer: String });
defineParameterType({
  name: 'calls',
  regexp: /wherever an expression may stand|in any letter case|among what only looks like them/,
  transformer: String,
});
defineParameterType({
  name: 'aftermath',
  regexp: Object.keys(aftermaths).map((what) => new RegExp(what)),
  transformer: String,
});
defineParameterType({ name: 'kind', regexp: /session|statement|execution/, transformer: String });

Then(
  'each generated {change} change of the instrumentation is refused and changes nothing',
  { timeout },
  async function (this: World, change: Change) {
    await holds(this, changesNothing(this, change));
  },
);

Then(
  'each generated {change} change of the instrumentation is recorded as failed',
  { timeout },
  async function (this: World, change: Change) {
    await holds(this, recordedAsFailed(this, change));
  },
);

Then(
  'no generated query of the records is answered for who is no admin, nor has the canary',
  { timeout },
  async function (this: World) {
    await holds(this, staysSecret(this));
  },
);

Then(
  'no generated path shows who is no admin the canary',
  { timeout },
  async function (this: World) {
    await holds(this, noPathLeadsThere(this));
  },
);

Then(
  'generated calls {calls} have the right values, by {string}',
  { timeout },
  async function (this: World, calls: Calls, door: 'a query' | 'a prepared query') {
    await holds(this, rightValues(this, calls, door));
  },
);

Then('each generated user is told its own name', { timeout }, async function (this: World) {
  await holds(this, userNamesStay(this));
});

Then(
  'each generated text is the sql_text of its record',
  { timeout },
  async function (this: World) {
    await holds(this, sqlTextsStay(this));
  },
);

Then(
  'all generated parameters are the bind_parameters of their record',
  { timeout },
  async function (this: World) {
    await holds(this, parametersStay(this));
  },
);

Then(
  'each generated user agent is in the user_agent of its record',
  { timeout },
  async function (this: World) {
    await holds(this, userAgentsStay(this));
  },
);

Given('a table that readonly sessions try to change', async function (this: World) {
  const session = await this.openSession('owner', 'admin');
  const name = this.fill('${home}kept_${unique}');
  await this.makeTable(session, name, 'number INTEGER PRIMARY KEY, text VARCHAR');
  const sql = `INSERT INTO ${name} VALUES (1, 'one'), (2, 'two'), (3, NULL)`;
  await session.succeed(sql, (client) => client.update(sql));
});

Then(
  'each generated write by the role readonly is refused and has no effect',
  { timeout },
  async function (this: World) {
    await holds(this, readonlyWritesHaveNoEffect(this));
  },
);

Then(
  'after each generated script the {kind} records are those of the model',
  { timeout },
  async function (this: World, kind: Kind) {
    await holds(this, asTheModel(this, kind));
  },
);

Then(
  'after each generated script with a restart the records of {aftermath} are those of the model',
  { timeout },
  async function (this: World, what: Aftermath) {
    await holds(this, asTheModelAfterRestart(this, what));
  },
);

Then(
  'after each generated script, of {string}, all is true:',
  { timeout },
  async function (this: World, view: string, sql: string) {
    await holds(this, viewAgrees(this, view, this.fill(sql)));
  },
);
