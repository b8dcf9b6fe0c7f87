import { assert } from '../kernel/assert.ts';
import type { Deck, DeckRow, KeptTerms } from './deck.ts';
import { PREFIX_DIGITS_MAX } from './deck.ts';
import type { Keys } from './deck_order.ts';
import { keyOrder } from './deck_order.ts';
import { trieOf } from './deck_trie.ts';

/** A deck in the making: rows in the order they came, in columns that grow. */
export interface DeckDraft {
  readonly carriers: Map<string, number>;
  readonly terms: KeptTerms[];
  readonly term_places: Map<string, number>;
  columns: Columns;
  size: number;
}

interface Columns extends Keys {
  readonly rates: Float64Array;
  readonly terms: Uint32Array;
}

const FIRST_ROWS = 1_024;
const PREFIX = /^[0-9]*$/;
/** A digit takes four bits of a key: eight digits fit the first half, seven the other. */
const DIGIT_BITS = 4;
const HIGH_DIGITS = 8;

export function newDraft(): DeckDraft {
  return {
    carriers: new Map(),
    terms: [],
    term_places: new Map(),
    columns: columnsFor(FIRST_ROWS),
    size: 0,
  };
}

/** Adds a row, whose number is the count of those before it. It must have been validated. */
export function addRow(draft: DeckDraft, row: DeckRow): void {
  const { prefix, rate_micros_per_minute: rate } = row;
  assert(PREFIX.test(prefix) && prefix.length <= PREFIX_DIGITS_MAX, `no prefix is ${prefix}`);
  assert(Number.isSafeInteger(rate) && rate >= 0, `a rate is whole micros, not ${rate}`);
  const place = draft.size;
  if (place === draft.columns.rates.length) draft.columns = grown(draft.columns);
  const { high, low, rates, terms } = draft.columns;
  high[place] = halfKey(prefix, 0);
  low[place] = halfKey(prefix, HIGH_DIGITS);
  rates[place] = rate;
  terms[place] = placeOfTerms(draft, row);
  draft.size = place + 1;
}

/**
 * Builds the deck of all rows added. Takes about a second a million rows, so that it belongs into a
 * thread of its own; what it answers can be handed over without a copy.
 */
export function deckOf(draft: DeckDraft): Deck {
  const { columns, size } = draft;
  const keys: Keys = { high: columns.high.subarray(0, size), low: columns.low.subarray(0, size) };
  const { masks, children, starts, row_numbers } = trieOf(keys, keyOrder(keys));
  const [rates, term_places] = [new Float64Array(size), new Uint32Array(size)];
  row_numbers.forEach((number, place) => {
    rates[place] = columns.rates[number] ?? 0;
    term_places[place] = columns.terms[number] ?? 0;
  });
  const carriers = [...draft.carriers.keys()];
  return {
    carriers,
    terms: [...draft.terms],
    masks,
    children,
    starts,
    rates,
    term_places,
    row_numbers,
  };
}

/** Four bits a digit, left to right, each one more than the digit: shorter ones sort first. */
function halfKey(prefix: string, from: number): number {
  let key = 0;
  for (let place = 0; place < HIGH_DIGITS; place += 1) {
    const code = prefix.charCodeAt(from + place);
    key = (key << DIGIT_BITS) | (Number.isNaN(code) ? 0 : code - 47);
  }
  return key >>> 0;
}

function placeOfTerms(draft: DeckDraft, { carrier, terms }: DeckRow): number {
  const number = draft.carriers.get(carrier) ?? draft.carriers.size;
  draft.carriers.set(carrier, number);
  const text = [number, ...Object.values(terms)].join('|');
  const known = draft.term_places.get(text);
  if (known !== undefined) return known;
  draft.term_places.set(text, draft.terms.length);
  return draft.terms.push({ ...terms, carrier: number }) - 1;
}

function columnsFor(rows: number): Columns {
  return {
    high: new Uint32Array(rows),
    low: new Uint32Array(rows),
    rates: new Float64Array(rows),
    terms: new Uint32Array(rows),
  };
}

function grown(columns: Columns): Columns {
  const larger = columnsFor(columns.rates.length * 2);
  larger.high.set(columns.high);
  larger.low.set(columns.low);
  larger.rates.set(columns.rates);
  larger.terms.set(columns.terms);
  return larger;
}
