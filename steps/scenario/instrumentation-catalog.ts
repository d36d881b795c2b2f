const documented = /_gizmosql_instr\b/gi;

/**
 * Replaces the documented name of the instrumentation catalog with its name in this run. Upper case remains
 * upper case, and mixed case mixed.
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
