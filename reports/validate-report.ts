import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import schema from './conformance.schema.json' with { type: 'json' };
import type { ConformanceReport, Evidence, Summary } from './model.js';
import { summarize } from './summarize.js';

const ajv = new Ajv2020({ allowUnionTypes: true, strictTypes: false });
const validateReport = ajv.compile<ConformanceReport>(schema);
const validateEvidence = ajv.compile<Evidence[]>({
  type: 'array',
  items: { $ref: `${schema.$id}#/$defs/evidence` },
});

/**
 * Throws an Error that names the first violation of conformance.schema.json, a count in the summary that is
 * wrong, or a requirement that is there twice. The report must survive JSON: NaN or a bigint is refused.
 */
export function assertValidReport(report: unknown): asserts report is ConformanceReport {
  assertValid(validateReport, JSON.parse(JSON.stringify(report)), 'the report');
  const { summary, requirements } = report as ConformanceReport;
  const counted = summarize(requirements.map(({ status }) => status));
  for (const [status, number] of Object.entries(counted)) {
    const claimed = summary[status as keyof Summary];
    if (claimed !== number) {
      throw new Error(
        `the report: the summary says ${claimed} for ${status}, but the requirements listed make ${number}`,
      );
    }
  }
  const ids = requirements.map(({ id }) => id);
  const twin = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twin !== undefined) {
    throw new Error(`the report: the requirement ${twin} is listed twice`);
  }
}

/** Throws an Error that names the first place where a scenario's attachment is not `Evidence[]`. */
export function assertValidEvidence(value: unknown): asserts value is Evidence[] {
  assertValid(validateEvidence, value, 'the evidence');
}

function assertValid(validate: ValidateFunction, value: unknown, what: string): void {
  if (!validate(value)) {
    const fault = validate.errors?.[0];
    throw new Error(`${what}${fault?.instancePath ?? ''} ${fault?.message ?? 'is malformed'}`);
  }
}
