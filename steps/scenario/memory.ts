import { randomUUID } from 'node:crypto';
import { valueText } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import { fillIn } from './expectation.js';
import { nameCatalog } from './instrumentation-catalog.js';
import { withinAMinute, withinAMinuteName } from './within-a-minute.js';

/**
 * The remembered values of a scenario, and the replacement of `${name}` and `_gizmosql_instr` in its texts.
 */
export class Memory {
  /** Unique per scenario, for table names. */
  readonly unique = randomUUID().replaceAll('-', '').slice(0, 12);
  /** An id for forged records, which no server created. */
  private readonly forged = randomUUID();
  private readonly remembered = new Map<string, PlainValue>();

  /**
   * @param catalog the name of the records' catalog if it is not `_gizmosql_instr`
   * @param serverFacts the current facts about the scenario's server, by their names in scenarios
   */
  constructor(
    private readonly catalog: string | undefined,
    private readonly serverFacts: () => Readonly<Record<string, PlainValue>>,
  ) {}

  remember(name: string, value: PlainValue): void {
    this.remembered.set(name, value);
  }

  /**
   * The value of `${name}`: a remembered value, a character that a feature cannot show (`U+000A`), a number
   * of letters (`5000 x`), a condition that ends a query (`within a minute`), or a fact about the server or the
   * scenario. Throws an Error for an unknown name.
   */
  readonly recall = (name: string): PlainValue => {
    // `has`, because a remembered value may be null, for a NULL.
    const value = this.remembered.has(name)
      ? this.remembered.get(name)
      : (characterNamed(name) ?? lettersNamed(name) ?? this.facts()[name]);
    if (value === undefined) {
      throw new Error(`the scenario remembers no '${name}'`);
    }
    return value;
  };

  /** A text with the catalog's name in this run. */
  inCatalog(text: string): string {
    return nameCatalog(text, this.catalog);
  }

  /** A text of the scenario with each `${name}` filled in. */
  fill(text: string): string {
    return fillIn(this.inCatalog(text), (name) => valueText(this.recall(name)));
  }

  private facts(): Partial<Record<string, PlainValue>> {
    const { unique, forged } = this;
    return { unique, forged, [withinAMinuteName]: withinAMinute, ...this.serverFacts() };
  }
}

/** `5000 x` is the letter x 5000 times; undefined for any other name. */
function lettersNamed(name: string): string | undefined {
  const [, count] = /^(\d+) x$/.exec(name) ?? [];
  return count === undefined ? undefined : 'x'.repeat(Number(count));
}

/** `U+000A` is the character of that code point; undefined for any other name. */
function characterNamed(name: string): string | undefined {
  const [, hex] = /^U\+([0-9A-F]{4,6})$/.exec(name) ?? [];
  return hex === undefined ? undefined : String.fromCodePoint(parseInt(hex, 16));
}
