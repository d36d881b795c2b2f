/** One line of a table: a name, right-aligned cells, and a remark. */
export function row(name: string, ...cells: string[]): string {
  const [last = '', ...middle] = cells.reverse();
  const columns = middle.reverse().map((cell) => cell.padStart(15));
  return `${name.padEnd(28)}${columns.join('')}   ${last}`;
}

export function judged(met: boolean, aim: string): string {
  return `${aim}: ${met ? 'met' : 'missed'}`;
}
