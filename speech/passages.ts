import { isSsml, readSsml, type SsmlElement, type SsmlNode } from '../flows/ssml.ts';
import { emphasized, type Manner, PLAIN, prosody } from './manner.ts';

/** A piece of what is to be said, in order: words in one manner, or a pause. */
export type Passage = (Manner & { readonly text: string }) | { readonly pause_ms: number };

/** Pauses behind sentences and paragraphs, beside those that the voice makes itself. */
const SENTENCE_MS = 250;
const PARAGRAPH_MS = 600;
const PAUSE_MS_MAX = 10_000;
/** What is said at most: a text of tags alone must not turn into an hour of pauses. */
const PASSAGES_MAX = 400;

/** <break> by strength (SSML 1.1 §3.2.3). */
const BREAKS_MS: Readonly<Record<string, number>> = {
  none: 0,
  'x-weak': 100,
  weak: 200,
  medium: 400,
  strong: 700,
  'x-strong': 1_200,
};

/** What a text says, piece by piece; null for SSML that is not well-formed. */
export function passagesOf(text: string): readonly Passage[] | null {
  if (!isSsml(text)) return merged([{ ...PLAIN, text }]);
  const reading = readSsml(text);
  return reading.ok ? merged(inside(reading.root, PLAIN)) : null;
}

function inside({ children }: SsmlElement, manner: Manner): Passage[] {
  return children.flatMap((child) => spoken(child, manner));
}

function spoken(node: SsmlNode, manner: Manner): Passage[] {
  if (typeof node === 'string') return [{ ...manner, text: node }];
  const { tag, attributes } = node;
  switch (tag) {
    case 'break':
      return [{ pause_ms: pauseOf(attributes) }];
    case 'sub':
      return [{ ...manner, text: attributes['alias'] ?? textIn(node) }];
    case 'say-as':
      return sayAs(node, manner);
    case 'prosody':
      return inside(node, prosody(attributes, manner));
    case 'emphasis':
      return inside(node, emphasized(attributes['level'], manner));
    case 'p':
      return [...inside(node, manner), { pause_ms: PARAGRAPH_MS }];
    case 's':
      return [...inside(node, manner), { pause_ms: SENTENCE_MS }];
    default:
      return inside(node, manner);
  }
}

function pauseOf({ time, strength }: Readonly<Record<string, string>>): number {
  const [, number, unit] = /^\+?(\d+(?:\.\d+)?)(ms|s)$/.exec(time ?? '') ?? [];
  const ms = Number(number) * (unit === 's' ? 1_000 : 1);
  if (number !== undefined) return Math.min(PAUSE_MS_MAX, ms);
  const known = strength !== undefined && Object.hasOwn(BREAKS_MS, strength) ? strength : 'medium';
  return BREAKS_MS[known] ?? 0;
}

/** Only what changes the words themselves: dates and amounts a voice reads as it knows best. */
function sayAs(node: SsmlElement, manner: Manner): Passage[] {
  const text = textIn(node);
  switch (node.attributes['interpret-as']) {
    case 'characters':
    case 'spell-out':
    case 'verbatim':
      return [{ ...manner, text: spelled(text) }];
    case 'digits':
      return [{ ...manner, text: spelled(text.replace(/\D/g, '')) }];
    case 'telephone':
      return [{ ...manner, text: phoned(text) }];
    case 'cardinal':
    case 'number':
      return [{ ...manner, text: text.replace(/(?<=\d)[ ,](?=\d{3}\b)/g, '') }];
    case 'expletive':
    case 'bleep':
      return [{ pause_ms: BREAKS_MS['strong'] ?? 0 }];
    default:
      return [{ ...manner, text }];
  }
}

function spelled(text: string): string {
  return [...text.replace(/\s/g, '')].map((sign) => sign.toUpperCase()).join(' ');
}

/** Digit by digit, with a breath where it was written with a space, a dash or a bracket. */
function phoned(text: string): string {
  const groups = text.split(/[^\dA-Za-z]+/).filter((group) => group !== '');
  return groups.map(spelled).join(', ');
}

function textIn(node: SsmlNode): string {
  return typeof node === 'string' ? node : node.children.map(textIn).join('');
}

/** Neighbours in one manner as one, so that sentences stay whole; nothing that is not heard. */
function merged(passages: readonly Passage[]): Passage[] {
  const found: Passage[] = [];
  for (const each of passages.map(tidied)) {
    const last = found.at(-1);
    if ('pause_ms' in each) {
      if (each.pause_ms > 0) found.push(each);
    } else if (each.text === '') continue;
    else if (last !== undefined && 'text' in last && isAlike(last, each))
      found.splice(-1, 1, { ...last, text: `${last.text} ${each.text}` });
    else found.push(each);
  }
  return found.slice(0, PASSAGES_MAX);
}

function tidied(passage: Passage): Passage {
  return 'text' in passage
    ? { ...passage, text: passage.text.replace(/\s+/g, ' ').trim() }
    : passage;
}

function isAlike(one: Manner, other: Manner): boolean {
  return (
    one.rate === other.rate && one.pitch_st === other.pitch_st && one.volume_db === other.volume_db
  );
}
