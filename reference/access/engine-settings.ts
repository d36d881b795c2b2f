import { identifierName, significantTokens } from './statement-text.js';

/**
 * Settings after which DuckDB fails to write a checkpoint, whereupon it takes
 * nothing more for that database until the server is started again.
 */
export const stopWriting = /^(disabled_filesystems|debug_checkpoint_abort)$/;

/** Limits of all sessions' that the recorder can come up against as well; its records wait until they are wider. */
export const limitRecording = /^(memory_limit|max_memory|max_expression_depth)$/;

/** The setting that a statement sets or resets, in lower case; empty where it does neither. */
export function settingOf(sql: string): string {
  const [first = '', second = '', third = ''] = significantTokens(sql).map(identifierName);
  if (!/^(set|reset|pragma)$/.test(first)) {
    return '';
  }
  return /^(global|session)$/.test(second) ? third : second;
}
