import { micros } from '../kernel/money.ts';
import type { Instant } from '../kernel/brand.ts';
import type { Micros } from '../kernel/money.ts';
import type { Deck, KeptTerms } from './deck.ts';
import { BIT_COUNTS } from './deck_trie.ts';

/** A number as a deck is asked for it. */
export interface DeckQuery {
  /** E.164, with or without `+`; anything but digits ends the walk. */
  readonly number: string;
  readonly at: Instant;
  /** The sets of callers that this one belongs to. */
  readonly origins?: ReadonlySet<string>;
  /** A row must fix so many digits at least: see `countryDigits` (D5). 0: any. */
  readonly digits_min?: number;
}

/** Why a carrier has no price for a number: the words of routing's closed list. */
export type NoRate =
  'no_rate' | 'disabled' | 'not_yet_valid' | 'expired' | 'origin' | 'country_guard';

/** The row a carrier would carry a call by. */
export interface DeckMatch {
  readonly carrier: string;
  /** How many digits the row fixes. */
  readonly prefix_length: number;
  readonly rate_micros_per_minute: Micros;
  readonly terms: KeptTerms;
  /** The number of the row, as it was added to the deck. */
  readonly row_number: number;
}

export interface DeckAnswer {
  /** One a carrier, in the order the carriers have in the deck. */
  readonly matches: readonly DeckMatch[];
  readonly excluded: readonly { readonly carrier: string; readonly reason: NoRate }[];
}

/** What a walk has found for each carrier so far. */
interface Found {
  /** The best row; -1: none yet. */
  readonly rows: Int32Array;
  readonly lengths: Uint8Array;
  readonly reasons: NoRate[];
}

const ZERO = 48;

/**
 * Asks a deck again and again. One walk down the digits finds the longest eligible prefix of every
 * carrier (D2): a row that is disabled, of another time or for other callers does not hide a
 * shorter one that would do. The answer is a function, since the next walk uses the same notes.
 */
export function deckReader(deck: Deck): (query: DeckQuery) => DeckAnswer {
  const count = deck.carriers.length;
  const found: Found = {
    rows: new Int32Array(count),
    lengths: new Uint8Array(count),
    reasons: new Array<NoRate>(count).fill('no_rate'),
  };
  return (query) => {
    found.rows.fill(-1);
    found.reasons.fill('no_rate');
    walk(deck, query, found);
    return answerOf(deck, query.digits_min ?? 0, found);
  };
}

function walk(deck: Deck, query: DeckQuery, found: Found): void {
  const { masks, children, starts } = deck;
  const { number } = query;
  const first = number.charCodeAt(0) === 43 ? 1 : 0;
  let node = 0;
  for (let depth = 0; ; depth += 1) {
    const end = starts[node + 1] ?? 0;
    for (let row = starts[node] ?? 0; row < end; row += 1)
      weigh(deck, query, { found, row, depth });
    const digit = number.charCodeAt(first + depth) - ZERO;
    const mask = masks[node] ?? 0;
    // Past the last character `digit` is NaN, which shifts like 0 and so must be kept out.
    if (!(digit >= 0 && digit <= 9) || (mask & (1 << digit)) === 0) return;
    node = (children[node] ?? 0) + (BIT_COUNTS[mask & ((1 << digit) - 1)] ?? 0);
  }
}

function weigh(
  deck: Deck,
  query: DeckQuery,
  { found, row, depth }: { found: Found; row: number; depth: number },
): void {
  const terms = termsAt(deck, row);
  const { carrier } = terms;
  const reason = reasonAgainst(terms, deck.rates[row] ?? 0, query);
  if (reason !== null) {
    found.reasons[carrier] = reason;
    return;
  }
  const rival = found.rows[carrier] ?? -1;
  const longer = rival < 0 || (found.lengths[carrier] ?? 0) < depth;
  if (!longer && !isFiner(terms, termsAt(deck, rival))) return;
  found.rows[carrier] = row;
  found.lengths[carrier] = depth;
}

function termsAt({ terms, term_places }: Deck, row: number): KeptTerms {
  return terms[term_places[row] ?? 0] as KeptTerms;
}

/** Of two rows for the same prefix: the one for these callers, then the one that came in later. */
function isFiner(one: KeptTerms, other: KeptTerms): boolean {
  if ((one.origin === null) !== (other.origin === null)) return one.origin !== null;
  return (one.valid_from ?? -Infinity) > (other.valid_from ?? -Infinity);
}

function reasonAgainst(terms: KeptTerms, rate: number, query: DeckQuery): NoRate | null {
  if (!terms.enabled) return 'disabled';
  if (terms.valid_from !== null && query.at < terms.valid_from) return 'not_yet_valid';
  if (terms.valid_to !== null && query.at >= terms.valid_to) return 'expired';
  if (terms.origin !== null && query.origins?.has(terms.origin) !== true) return 'origin';
  return rate === 0 && !terms.free ? 'no_rate' : null;
}

function answerOf(deck: Deck, digits_min: number, found: Found): DeckAnswer {
  const matches: DeckMatch[] = [];
  const excluded: { carrier: string; reason: NoRate }[] = [];
  deck.carriers.forEach((carrier, place) => {
    const row = found.rows[place] ?? -1;
    const prefix_length = found.lengths[place] ?? 0;
    if (row < 0) excluded.push({ carrier, reason: found.reasons[place] ?? 'no_rate' });
    else if (prefix_length < digits_min) excluded.push({ carrier, reason: 'country_guard' });
    else matches.push({ carrier, prefix_length, ...rowAt(deck, row) });
  });
  return { matches, excluded };
}

function rowAt(deck: Deck, row: number): Omit<DeckMatch, 'carrier' | 'prefix_length'> {
  return {
    rate_micros_per_minute: micros(deck.rates[row] ?? 0),
    terms: termsAt(deck, row),
    row_number: deck.row_numbers[row] ?? 0,
  };
}
