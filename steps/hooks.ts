import {
  After,
  AfterAll,
  Before,
  Status,
  defineParameterType,
  setDefaultTimeout,
  setWorldConstructor,
} from '@cucumber/cucumber';
import type { ITestCaseHookParameter } from '@cucumber/cucumber';
import { evidenceMediaType, verdictMediaType } from '../reports/model.js';
import type { SkipVerdict } from '../reports/model.js';
import { quietLibraries } from './scenario/quiet-libraries.js';
import type { Need } from '../fixtures/catalogue/catalogue.js';
import { worker } from './scenario/worker.js';
import { World } from './scenario/world.js';

quietLibraries();

// Longer than every wait in the steps, so that a slow server fails a step and not the suite.
setDefaultTimeout(180_000);

setWorldConstructor(World);

defineParameterType({ name: 'role', regexp: /admin|user|readonly/, transformer: String });
defineParameterType({
  name: 'json',
  regexp: /"(?:[^"\\]|\\.)*"/,
  useForSnippets: false,
  transformer: (text: string) => JSON.parse(text) as unknown,
});

const needsTag = '@needs:';

Before(async function (this: World, { pickle }: ITestCaseHookParameter) {
  for (const { name } of pickle.tags) {
    const offer = name.startsWith(needsTag)
      ? await this.servers.target.offers(name.slice(needsTag.length) as Need)
      : { offered: true as const };
    if (!offer.offered) {
      const verdict: SkipVerdict = { status: 'untestable', reason: offer.reason };
      this.attach(JSON.stringify(verdict), verdictMediaType);
      return 'skipped';
    }
  }
  return undefined;
});

After(async function (this: World, { result }: ITestCaseHookParameter) {
  this.attach(JSON.stringify(this.evidence.report()), evidenceMediaType);
  await this.dispose({ harmed: result?.status === Status.FAILED });
});

AfterAll(() => worker.dispose());
