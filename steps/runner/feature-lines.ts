const mostCharacters = 160;

/**
 * What makes a feature hard to read on a screen: a line of more than 160 characters, and a table cell of several
 * lines, which Gherkin writes as `\n`. Each fault begins with the line's number.
 */
export function lineFaults(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const at = `${index + 1}: `;
    return [
      ...(line.length > mostCharacters
        ? [`${at}${line.length} characters, of at most ${mostCharacters}`]
        : []),
      // A backslash before it makes both characters stand for themselves.
      ...(/^\s*\|.*(?<!\\)(\\\\)*\\n/.test(line) ? [`${at}a cell of several lines`] : []),
    ];
  });
}
