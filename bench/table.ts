/** One line of a table: a name, cells to the right of it, and a last word. */
export function row(name: string, ...cells: string[]): string {
  const [last = '', ...middle] = cells.reverse();
  const columns = middle.reverse().map((cell) => cell.padStart(15));
  return `${name.padEnd(28)}${columns.join('')}   ${last}`;
}

/** An aim and whether it was met. */
export function judged(met: boolean, aim: string): string {
  return `${aim}: ${met ? 'met' : 'missed'}`;
}
