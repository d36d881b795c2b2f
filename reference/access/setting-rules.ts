import { isAllowedSetting } from './allow-list.js';
import type { CatalogRules } from './catalog-rules.js';
import type { GuardedStatement } from './guard.js';
import type { JudgedStatement } from './judged-statement.js';
import { checkPlan } from './plan-rules.js';
import { refusals } from './refusals.js';
import { significantTokens } from './statement-text.js';

/**
 * Throws the refusal if a role other than admin may not run a SET, RESET or USE. The value must be a literal or a name, because an expression might read data.
 */
export async function checkSetting(
  judged: JudgedStatement,
  statement: GuardedStatement,
  records: CatalogRules,
): Promise<void> {
  const head =
    /^\s*(?:\/\*(?:(?!\/\*|\*\/)[\s\S])*\*\/\s*)*(SET|RESET|USE)\s+(?:(SESSION|LOCAL|VARIABLE|GLOBAL)\s+)?("?)([a-z_]\w*)\3/i;
  const zone = /^\s*SET\s+(?:SESSION\s+)?TIME\s+ZONE\b/i.test(judged.sql);
  const [, verb = '', scope = '', , name = ''] = zone
    ? ['', 'SET', '', '', 'timezone']
    : (head.exec(judged.sql) ?? []);
  if (/^USE$/i.test(verb)) {
    return;
  }
  if (/^VARIABLE$/i.test(scope)) {
    return /^SET$/i.test(verb) ? checkPlan(judged, statement, records) : undefined;
  }
  const plain = !significantTokens(judged.sql).some((token) => token === '(');
  const setting = name.toLowerCase();
  if (/^GLOBAL$/i.test(scope) || !isAllowedSetting(setting) || !plain) {
    throw refusals.setting(setting === '' ? 'this' : setting);
  }
}
