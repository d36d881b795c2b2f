/**
 * The words of texts, wherever they stand: in names, literals, comments. An object that no text
 * mentions is not named by it, unless a name is put together while the statement is bound.
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

/** What has a name, and a definition that may mention others. */
export interface Definition {
  readonly name: string;
  readonly sql: string;
}

/** The mentions of a text, of the objects that it mentions, of those that these mention, and so on. */
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
