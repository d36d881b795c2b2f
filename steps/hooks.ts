import {
  After,
  AfterAll,
  Before,
  BeforeStep,
  Status,
  defineParameterType,
  setDefaultTimeout,
  setDefinitionFunctionWrapper,
  setWorldConstructor,
} from '@cucumber/cucumber';
import type { ITestCaseHookParameter, ITestStepHookParameter } from '@cucumber/cucumber';
import { PickleStepType } from '@cucumber/messages';
import { evidenceMediaType, verdictMediaType } from '../reports/model.js';
import type { SkipVerdict } from '../reports/model.js';
import { quietLibraries } from './scenario/quiet-libraries.js';
import { isOnlyLacking, judgedByPart } from './scenario/ground.js';
import type { Part } from './scenario/ground.js';
import { isAboutAbsence, isIndirect, whySkip } from './scenario/why-skip.js';
import { endsWithinAMinute } from './scenario/within-a-minute.js';
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

/** The parts of a scenario by the kind of its steps, which `And` and `But` share with the step before. */
const parts: Partial<Record<PickleStepType, Part>> = {
  [PickleStepType.CONTEXT]: 'ground',
  [PickleStepType.OUTCOME]: 'outcome',
};

// Only a step's error can tell what the server refused, and only the feature whether that was promised.
setDefinitionFunctionWrapper(
  (run: (this: World, ...args: unknown[]) => unknown) =>
    async function (this: World | undefined, ...args: unknown[]) {
      try {
        return await run.apply(this as World, args);
      } catch (error) {
        if (!(this instanceof World)) {
          throw error;
        }
        const judged = judgedByPart(this.part, error, this);
        if (isOnlyLacking(this.part, judged)) {
          this.lacking ??= judged;
          return undefined;
        }
        throw judged;
      }
    },
);

Before(async function (this: World, { pickle }: ITestCaseHookParameter) {
  const tags = pickle.tags.map(({ name }) => name);
  const { target, lacks } = this.servers;
  const { catalogue } = this;
  const isLong = pickle.steps.some(({ argument }) =>
    endsWithinAMinute(argument?.docString?.content ?? ''),
  );
  const verdict =
    (await whySkip(tags, { isLong, catalogue, target, lacks })) ??
    (await worker.shared.provide(this.servers));
  if (verdict === undefined) {
    this.isIndirect = isIndirect(tags, target);
    this.sessions.sendsAll = isAboutAbsence(tags);
    return undefined;
  }
  this.attach(JSON.stringify(verdict), verdictMediaType);
  return 'skipped';
});

BeforeStep(function (this: World, { pickleStep }: ITestStepHookParameter) {
  this.part = parts[pickleStep.type ?? PickleStepType.UNKNOWN] ?? 'action';
});

After(async function (this: World, { result }: ITestCaseHookParameter) {
  this.part = 'action';
  if (this.lacking !== undefined && result?.status === Status.PASSED) {
    const { name, message: reason } = this.lacking;
    const status = name === 'NotOffered' ? 'not-offered' : 'untestable';
    const verdict: SkipVerdict = { status, reason, partly: true };
    this.attach(JSON.stringify(verdict), verdictMediaType);
  }
  this.attach(JSON.stringify(this.evidence.report()), evidenceMediaType);
  if (result?.status === Status.FAILED && this.servers.isShared) {
    worker.shared.suspect();
  }
  await this.dispose({ harmed: result?.status === Status.FAILED });
});

AfterAll(() => worker.dispose());
