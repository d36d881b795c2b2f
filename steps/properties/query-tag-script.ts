import fc from 'fast-check';
import { largeJson, smallJson } from './json-texts.js';
import { brief } from './recorded-tags.js';

export const actors = ['anna', 'ben'] as const;
export type Actor = (typeof actors)[number];

/** An action of one of two sessions. */
export type Step = { readonly who: Actor } & (
  | {
      readonly does: 'set query_tag' | 'set session_tag';
      /** JSON that becomes part of the tag; null clears it. */
      readonly to: string | null;
    }
  | { readonly does: 'a query' | 'a prepared query' | 'a query that fails' }
  | { readonly does: 'prepare' | 'execute what is prepared' }
);

export type TagScript = readonly Step[];

/** A statement that a script makes, with the tag that was set then. */
export interface TaggedStatement {
  readonly who: Actor;
  /** The index of its step. */
  readonly step: number;
  readonly tag: string | null;
  /** The session had a tag before. */
  readonly hadTag: boolean;
  /** The other session had a tag before. */
  readonly otherHadTag: boolean;
}

/** The tags that a script sets, and its statements. */
export interface TagModel {
  /** The text for each step that sets a tag; empty to clear it. */
  readonly texts: ReadonlyMap<number, string>;
  readonly statements: readonly TaggedStatement[];
  readonly sessionTags: Readonly<Record<Actor, string | null>>;
}

const actor = fc.constantFrom(...actors);

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      who: actor,
      does: fc.constant('set query_tag' as const),
      to: fc.oneof(
        { arbitrary: smallJson, weight: 8 },
        { arbitrary: largeJson, weight: 1 },
        { arbitrary: fc.constant(null), weight: 5 },
      ),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      who: actor,
      does: fc.constant('set session_tag' as const),
      to: fc.oneof(smallJson, fc.constant(null)),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      who: actor,
      does: fc.constantFrom(
        'a query' as const,
        'a prepared query' as const,
        'a query that fails' as const,
        'prepare' as const,
        'execute what is prepared' as const,
      ),
    }),
    weight: 6,
  },
);

export const tagScripts: fc.Arbitrary<TagScript> = fc.array(steps, {
  minLength: 5,
  maxLength: 18,
  size: 'max',
});

/** Each tag says who set it and when, so that no two are the same. */
export function modelOf(script: TagScript): TagModel {
  const texts = new Map<number, string>();
  const statements: TaggedStatement[] = [];
  const queryTags: Record<Actor, string | null> = { anna: null, ben: null };
  const sessionTags: Record<Actor, string | null> = { anna: null, ben: null };
  const tagged = new Set<Actor>();
  script.forEach((step, at) => {
    const { who, does } = step;
    switch (does) {
      case 'set query_tag':
      case 'set session_tag': {
        const tag = step.to === null ? null : `{"by":"${who}","step":${at},"is":${step.to}}`;
        texts.set(at, tag ?? '');
        (does === 'set query_tag' ? queryTags : sessionTags)[who] = tag;
        if (does === 'set query_tag' && tag !== null) {
          tagged.add(who);
        }
        break;
      }
      case 'execute what is prepared':
        break;
      default: {
        const otherHadTag = actors.some((each) => each !== who && tagged.has(each));
        statements.push({
          who,
          step: at,
          tag: queryTags[who],
          hadTag: tagged.has(who),
          otherHadTag,
        });
      }
    }
  });
  return { texts, statements, sessionTags };
}

/** Who set a recorded tag of a script; undefined if it is none. */
export function setBy(tag: unknown): unknown {
  try {
    const parsed: unknown = typeof tag === 'string' ? JSON.parse(tag) : undefined;
    return typeof parsed === 'object' && parsed !== null && 'by' in parsed ? parsed.by : undefined;
  } catch {
    return undefined;
  }
}

export function showTagScript(script: TagScript): string {
  return script
    .map((step) => {
      const to = 'to' in step ? ` to ${step.to === null ? 'nothing' : brief(step.to)}` : '';
      return `  ${step.who}: ${step.does}${to}`;
    })
    .join('\n');
}
