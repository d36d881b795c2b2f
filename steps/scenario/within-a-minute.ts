/**
 * An SQL condition that is true for a minute and then ends the query with an error, whatever becomes of the suite,
 * its connection or its cancelling. A query that would run for ever has it, because a server may not be able to
 * cancel one. `now()` is when the transaction began; a UUID of version 7 has the time at which it is made.
 */
export const withinAMinute =
  '(epoch_ms(now()) + 60000 - epoch_ms(uuid_extract_timestamp(uuidv7())))::UINTEGER > 0';

/** The name of the condition in features. */
export const withinAMinuteName = 'within a minute';

/** Whether SQL of a feature has the condition, and so may go on for a minute. */
export function endsWithinAMinute(sql: string): boolean {
  return sql.includes(`\${${withinAMinuteName}}`);
}
