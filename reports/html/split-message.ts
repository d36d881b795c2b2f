const labels: Readonly<Record<string, string>> = {
  promised: 'Promised',
  sent: 'Sent',
  got: 'Got',
  'in step': 'Step',
};

/**
 * Takes the message of a broken promise apart, which says a line or more each of what was promised,
 * sent and got, and in which step. Any other message stays whole, under `Message`.
 */
export function splitMessage(message: string): readonly { label: string; said: string }[] {
  const parts = message.split(/^(promised|sent|got|in step): /m);
  const [before = '', ...labelled] = parts;
  const told = before.trim() === '' ? [] : [{ label: 'Message', said: before.trimEnd() }];
  for (let index = 0; index < labelled.length; index += 2) {
    const label = labels[labelled[index] ?? ''] ?? '';
    told.push({ label, said: (labelled[index + 1] ?? '').trimEnd() });
  }
  return told;
}
