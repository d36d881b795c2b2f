const documented = /_gizmosql_instr\b/gi;

/**
 * A text with the catalog of the instrumentation by its name in this run: where
 * it is not in the file, the one by which the specification and the scenarios
 * call it stands for the one it has. Capitals stay capitals, a mixture a mixture.
 */
export function nameCatalog(text: string, name: string | undefined): string {
  return name === undefined ? text : text.replace(documented, (word) => inCaseOf(word, name));
}

function inCaseOf(word: string, name: string): string {
  if (word === word.toLowerCase()) {
    return name;
  }
  return word === word.toUpperCase()
    ? name.toUpperCase()
    : name.replace(/(.)(.?)/g, (_, one: string, next: string) => one.toUpperCase() + next);
}
