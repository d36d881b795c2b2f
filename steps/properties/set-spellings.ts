import fc from 'fast-check';
import { sqlLiteral } from '../client/sql-literal.js';
import type { Door } from '../scenario/doors.js';

/** A way to write and to send `SET gizmosql.name = 'value'`. */
export interface SetSpelling {
  /**
   * Whether it is that of the specification, with other letters of SET and other blanks. A server may refuse
   * any other.
   */
  readonly isPlain: boolean;
  readonly door: Door;
  readonly write: (name: string, value: string) => string;
}

/** A piece of a statement. */
interface Piece<T = string> {
  readonly plain: boolean;
  readonly is: T;
}

const plain = <T>(...choices: readonly T[]): fc.Arbitrary<Piece<T>> =>
  fc.constantFrom(...choices).map((is) => ({ plain: true, is }));
const odd = <T>(...choices: readonly T[]): fc.Arbitrary<Piece<T>> =>
  fc.constantFrom(...choices).map((is) => ({ plain: false, is }));

const oddGaps = [
  '\r\n',
  '\f',
  '\u00a0',
  '/**/',
  ' /* a */ ',
  " /* it's; */ ",
  ' /* /* a */ */ ',
  ' -- to the end\n',
  '\t--\n',
];
const blanks = [' ', ' ', '  ', '\t', '\n', ' \n\t '];
const gap = { plain: plain(...blanks), odd: odd(...oddGaps) };
const optionalGap = { plain: plain('', ...blanks), odd: odd(...oddGaps) };

type Name = (prefix: string, name: string) => string;
type Literal = (value: string) => string;

const asEscaped: Literal = (value) =>
  sqlLiteral(value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n'));
const inDollars =
  (tag: string): Literal =>
  (value) =>
    value.includes('$') ? sqlLiteral(value) : `${tag}${value}${tag}`;

const pieces = {
  before: { plain: plain('', ' ', '\n\t'), odd: odd(';', '/* a */', '-- a\n', '\u00a0') },
  set: { plain: plain('SET', 'SET', 'set', 'Set', 'sEt'), odd: odd('SET SESSION', 'set session') },
  afterSet: gap,
  name: {
    plain: plain<Name>((prefix, name) => `${prefix}.${name}`),
    odd: odd<Name>(
      (prefix, name) => `${prefix}.${name}`.toUpperCase(),
      (prefix, name) => `${prefix}.${alternating(name)}`,
      (prefix, name) => `${alternating(prefix)}.${name}`,
      (prefix, name) => `"${prefix}"."${name}"`,
      (prefix, name) => `${prefix}."${name}"`,
      (prefix, name) => `"${prefix}".${name}`,
      (prefix, name) => `"${prefix}.${name}"`,
      (prefix, name) => `${prefix} . ${name}`,
      (prefix, name) => `${prefix}/* a */.${name}`,
    ),
  },
  beforeSign: optionalGap,
  sign: { plain: plain('='), odd: odd('TO', 'to', 'To') },
  afterSign: optionalGap,
  literal: {
    plain: plain<Literal>(sqlLiteral),
    odd: odd<Literal>(
      (value) => `E${asEscaped(value)}`,
      (value) => `e${asEscaped(value)}`,
      inDollars('$$'),
      inDollars('$a$'),
      (value) => `(${sqlLiteral(value)})`,
      (value) => `${sqlLiteral('')} || ${sqlLiteral(value)}`,
      (value) => `${sqlLiteral(value)}::VARCHAR`,
      (value) => `CAST(${sqlLiteral(value)} AS VARCHAR)`,
      (value) => `concat(${sqlLiteral(value)})`,
      // A literal goes on after a line feed.
      (value) => halves(value).map(sqlLiteral).join('\n'),
      (value) => `"${value.replaceAll('"', '""')}"`,
    ),
  },
  after: {
    plain: plain('', '', ';', ' ', ' ;\n', '\n'),
    odd: odd(';;', ' -- end', '/* end */', '; -- end', ' ; /* end */', '\r\n'),
  },
  door: {
    plain: plain<Door>('a query'),
    odd: odd<Door>('an update', 'a prepared query', 'a prepared update'),
  },
};

type Pieces = {
  readonly [K in keyof typeof pieces]: (typeof pieces)[K]['plain'] extends fc.Arbitrary<infer T>
    ? T
    : never;
};

/**
 * Spellings whose pieces are odd with the given odds: 0.1 is every tenth. Pieces without odds are plain.
 */
function spelled(odds: (piece: keyof Pieces) => number): fc.Arbitrary<SetSpelling> {
  const mixed = Object.entries(pieces).map(([name, each]) => {
    const weight = Math.round(100 * odds(name as keyof Pieces));
    const arbitrary: fc.Arbitrary<Piece<unknown>> = fc.oneof(
      { arbitrary: each.plain, weight: 100 - weight },
      { arbitrary: each.odd, weight },
    );
    return [name, arbitrary];
  });
  return fc
    .record(Object.fromEntries(mixed) as { [K in keyof Pieces]: fc.Arbitrary<Pieces[K]> })
    .map(compose);
}

function compose(chosen: Pieces): SetSpelling {
  const { before, set, afterSet, name, beforeSign, sign, afterSign, literal, after, door } = chosen;
  // A word needs something around it.
  const around = (text: string) => (text === '' && sign.is !== '=' ? ' ' : text);
  return {
    isPlain: Object.values<Piece<unknown>>({ ...chosen }).every((piece) => piece.plain),
    door: door.is,
    write: (setting, value) =>
      [
        before.is,
        set.is,
        afterSet.is,
        name.is('gizmosql', setting),
        around(beforeSign.is),
        sign.is,
        around(afterSign.is),
        literal.is(value),
        after.is,
      ].join(''),
  };
}

function alternating(text: string): string {
  return text.replaceAll(/\w/g, (letter, at: number) =>
    at % 2 === 0 ? letter.toUpperCase() : letter,
  );
}

function halves(value: string): string[] {
  const letters = Array.from(value);
  const middle = Math.floor(letters.length / 2);
  return [letters.slice(0, middle).join(''), letters.slice(middle).join('')];
}

/** A spelling that is no SET; DuckDB takes it for one. */
const instead = (...writes: SetSpelling['write'][]): fc.Arbitrary<SetSpelling> =>
  fc.constantFrom(...writes).map((write) => ({ isPlain: false, door: 'a query', write }));

/** Spellings with one odd piece, more often one that has many forms. */
const oneOdd = fc
  .constantFrom(...(Object.keys(pieces) as (keyof Pieces)[]), 'name', 'literal', 'literal')
  .chain((odd) => spelled((piece) => (piece === odd ? 1 : 0)));

/** Plain spellings, and others that are odd in one or several places. */
export const setSpellings: fc.Arbitrary<SetSpelling> = fc.oneof(
  { arbitrary: spelled(() => 0), weight: 6 },
  { arbitrary: oneOdd, weight: 12 },
  { arbitrary: spelled(() => 0.3), weight: 6 },
  {
    arbitrary: instead((name, value) => `PRAGMA "gizmosql.${name}" = ${sqlLiteral(value)}`),
    weight: 1,
  },
);

/** Spellings of setting the empty text, RESET among them. */
export const clearingSpellings: fc.Arbitrary<SetSpelling> = fc.oneof(
  { arbitrary: setSpellings, weight: 9 },
  {
    arbitrary: instead(
      (name) => `RESET gizmosql.${name}`,
      (name) => `reset\tgizmosql.${name} ;`,
      (name) => `RESET SESSION gizmosql.${name}`,
    ),
    weight: 1,
  },
);
