const labels: Readonly<Record<string, string>> = {
  promised: 'Promised',
  sent: 'Sent',
  got: 'Got',
  case: 'Case',
  'in step': 'Step',
};

/**
 * Splits the message of a failed assertion into its labelled parts: promised, sent, got, case, in step. Any other
 * message is returned whole, with the label `Message`.
 */
export function splitMessage(message: string): readonly { label: string; said: string }[] {
  const parts = message.split(/^(promised|sent|got|case|in step): /m);
  const [before = '', ...labelled] = parts;
  const told = before.trim() === '' ? [] : [{ label: 'Message', said: before.trimEnd() }];
  for (let index = 0; index < labelled.length; index += 2) {
    const label = labels[labelled[index] ?? ''] ?? '';
    told.push({ label, said: (labelled[index + 1] ?? '').trimEnd() });
  }
  return told;
}
