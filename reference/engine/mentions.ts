/**
 * The words of texts, including those in literals and comments. A text does not name an object that it does
 * not mention, unless the name is computed while the statement is bound.
 */
export class Mentions {
  private readonly words = new Set<string>();
  private text = '';

  add(text: string): void {
    const lower = text.toLowerCase();
    this.text += `\n${lower}`;
    for (const word of lower.split(noPartOfName)) {
      this.words.add(word);
    }
  }

  has(name: string): boolean {
    const lower = name.toLowerCase();
    return noPartOfName.test(lower)
      ? this.text.includes(lower.replaceAll('"', '""')) || this.text.includes(lower)
      : this.words.has(lower);
  }
}

const noPartOfName = /[^\p{L}\p{N}_$]+/u;

/** A named object with a definition that may mention others. */
export interface Definition {
  readonly name: string;
  readonly sql: string;
}

/** The mentions of the texts and, transitively, of the definitions of the objects that they mention. */
export function mentionsOf(texts: readonly string[], objects: readonly Definition[]): Mentions {
  const mentions = new Mentions();
  texts.forEach((text) => {
    mentions.add(text);
  });
  let left = objects;
  for (;;) {
    const found = left.filter(({ name }) => mentions.has(name));
    if (found.length === 0) {
      return mentions;
    }
    found.forEach(({ sql }) => {
      mentions.add(sql);
    });
    left = left.filter((object) => !found.includes(object));
  }
}
