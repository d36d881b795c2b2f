const mostCharacters = 160;

/**
 * The faults that make a feature hard to read: lines of more than 160 characters, and table cells of several
 * lines, which Gherkin writes as `\n`. Each fault begins with the line number.
 */
export function lineFaults(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const at = `${index + 1}: `;
    return [
      ...(line.length > mostCharacters
        ? [`${at}${line.length} characters, of at most ${mostCharacters}`]
        : []),
      // After a backslash, both characters are literal.
      ...(/^\s*\|.*(?<!\\)(\\\\)*\\n/.test(line) ? [`${at}a cell of several lines`] : []),
    ];
  });
}
