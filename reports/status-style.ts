import type { RequirementStatus } from './model.js';
import type { Terminal } from './terminal.js';

/** The worst first: the order in which a summary counts them. */
export const statuses: readonly RequirementStatus[] = [
  'failed',
  'error',
  'not-offered',
  'untestable',
  'missing',
  'passed',
];

const colors = {
  passed: 'green',
  failed: 'red',
  error: 'magenta',
  untestable: 'yellow',
  'not-offered': 'yellow',
  missing: 'dim',
} as const satisfies Record<RequirementStatus, keyof Terminal['colors']>;

/** Colours a text by status if the terminal has colours. */
export function paint(
  { colors: paints }: Terminal,
  status: RequirementStatus,
  text: string,
): string {
  return paints[colors[status]](text);
}

/** A status in words. */
export function statusName(status: RequirementStatus): string {
  return status.replace('-', ' ');
}
