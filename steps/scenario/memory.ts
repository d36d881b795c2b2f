import { randomUUID } from 'node:crypto';
import { valueText } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import { fillIn } from './expectation.js';
import { nameCatalog } from './instrumentation-catalog.js';

/** Values that a scenario remembers, and what its texts mean by `${name}` and `_gizmosql_instr`. */
export class Memory {
  /** Different in every scenario: for the names of tables. */
  readonly unique = randomUUID().replaceAll('-', '').slice(0, 12);
  /** The id of records that no server made. */
  private readonly forged = randomUUID();
  private readonly remembered = new Map<string, PlainValue>();

  /**
   * @param catalog what the catalog of the records is called where it is not `_gizmosql_instr`
   * @param serverFacts what is known of the scenario's server now, by the names that scenarios use
   */
  constructor(
    private readonly catalog: string | undefined,
    private readonly serverFacts: () => Readonly<Record<string, PlainValue>>,
  ) {}

  remember(name: string, value: PlainValue): void {
    this.remembered.set(name, value);
  }

  /**
   * What `${name}` stands for: a remembered value, a character that a feature cannot show
   * (`U+000A`), so many letters (`5000 x`), or a fact of the server or the scenario. Throws an Error
   * for an unknown name.
   */
  readonly recall = (name: string): PlainValue => {
    // A server may have answered NULL: that is remembered, too.
    const value = this.remembered.has(name)
      ? this.remembered.get(name)
      : (characterNamed(name) ?? lettersNamed(name) ?? this.facts()[name]);
    if (value === undefined) {
      throw new Error(`the scenario remembers no '${name}'`);
    }
    return value;
  };

  /** A text with the catalog of the records by its name in this run. */
  inCatalog(text: string): string {
    return nameCatalog(text, this.catalog);
  }

  /** A text of the scenario with its `${name}`s filled in. */
  fill(text: string): string {
    return fillIn(this.inCatalog(text), (name) => valueText(this.recall(name)));
  }

  private facts(): Partial<Record<string, PlainValue>> {
    return { unique: this.unique, forged: this.forged, ...this.serverFacts() };
  }
}

/** So many letters x, by their number; undefined for another name. */
function lettersNamed(name: string): string | undefined {
  const [, count] = /^(\d+) x$/.exec(name) ?? [];
  return count === undefined ? undefined : 'x'.repeat(Number(count));
}

/** The character of a code point in Unicode's own notation; undefined for another name. */
function characterNamed(name: string): string | undefined {
  const [, hex] = /^U\+([0-9A-F]{4,6})$/.exec(name) ?? [];
  return hex === undefined ? undefined : String.fromCodePoint(parseInt(hex, 16));
}
