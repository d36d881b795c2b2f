import { offerings } from '../../fixtures/catalogue/catalogue.js';
import type { Catalogue, Need, Offering } from '../../fixtures/catalogue/catalogue.js';
import type { SkipVerdict } from '../../reports/model.js';
import type { Target } from '../targets/target.js';
import type { Lacks } from './lacks.js';

const needsTag = '@needs:';
const direct = 'direct';

const mayGoOn =
  'it may leave a query running for a minute, and this server, which the suite did not start, offers no way to end it';

/** What decides whether a scenario can be run. */
export interface Circumstances {
  /** Whether the scenario starts a query that goes on for a minute. */
  readonly isLong: boolean;
  readonly catalogue: Pick<Catalogue, 'byId'>;
  readonly target: Pick<Target, 'offers' | 'kind'>;
  readonly lacks: Lacks;
}

/**
 * Why a scenario with these tags cannot be run, before any of its steps is: the server does not offer what its
 * requirements are about, or the target does not offer what it needs. Undefined if it can.
 */
export async function whySkip(
  tags: readonly string[],
  { isLong, catalogue, target, lacks }: Circumstances,
): Promise<SkipVerdict | undefined> {
  const needed = tags
    .filter((tag) => tag.startsWith(needsTag))
    .map((tag) => tag.slice(needsTag.length));
  const used = tags
    .map((tag) => catalogue.byId.get(tag.slice(1))?.uses)
    .filter((uses) => uses !== undefined);
  for (const offering of offerings) {
    // A scenario of several requirements is run for those of them that are offered.
    const isWanted =
      needed.includes(offering) ||
      (used.length > 0 && used.every((uses) => uses.includes(offering)));
    const lacking = isWanted ? lacks[offering] : undefined;
    if (lacking !== undefined) {
      return lacking;
    }
  }
  if (isLong && target.kind === 'endpoint' && lacks['kill-session'] !== undefined) {
    return { status: 'untestable', reason: mayGoOn };
  }
  for (const need of needed.filter((each) => !isOffering(each))) {
    const offer =
      // What stands between is judged with the outcome: the server may see what the client sees all the same.
      need === direct || (need === 'instrumentation-off' && keepsNoRecords(lacks))
        ? { offered: true as const }
        : await target.offers(need as Need);
    if (!offer.offered) {
      return { status: 'untestable', reason: offer.reason };
    }
  }
  return undefined;
}

/**
 * Whether a scenario with these tags speaks of the connection, and something may stand in it: a mapped port, a TLS
 * terminator, a proxy. The server's account may then differ from the client's without a fault.
 */
export function isIndirect(tags: readonly string[], { kind, settings }: Target): boolean {
  const isKnown = kind === 'reference' || kind === 'command' || settings.direct === true;
  return !isKnown && tags.includes(`${needsTag}${direct}`);
}

/** Whether a scenario with these tags is about a server without instrumentation. */
export function isAboutAbsence(tags: readonly string[]): boolean {
  return tags.includes(`${needsTag}instrumentation-off`);
}

/** Whether the server keeps no records, because of its edition or because its operator wants none. */
export function keepsNoRecords({ instrumentation }: Lacks): boolean {
  return instrumentation !== undefined;
}

function isOffering(need: string): need is Offering {
  return (offerings as readonly string[]).includes(need);
}
