import { Then, defineParameterType } from '@cucumber/cucumber';
import { holds } from './properties/check-property.js';
import type { Change } from './properties/forbidden-statements.js';
import { changesNothing, recordedAsFailed } from './properties/protection.js';
import type { World } from './world.js';

// A setting may ask for very many cases; each of their calls has a deadline of its own.
const timeout = -1;

defineParameterType({ name: 'change', regexp: /INSERT|UPDATE|DELETE|other/, transformer: String });

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
