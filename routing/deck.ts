import type { Instant } from '../kernel/brand.ts';
import type { Micros } from '../kernel/money.ts';

/** What a rate deck says of one prefix of one carrier, or of one plan that is sold (D1). */
export interface DeckRow {
  /** Whose row it is. Each carrier's longest prefix is found by itself (D2). */
  readonly carrier: string;
  /** Digits without `+`, at most fifteen; empty for every number. */
  readonly prefix: string;
  readonly rate_micros_per_minute: Micros;
  readonly terms: RowTerms;
}

/** What many rows have in common: a deck keeps each combination once. */
export interface RowTerms {
  readonly initial_s: number;
  readonly increment_s: number;
  readonly connect_fee_micros: Micros;
  /** Asked for each try, whatever becomes of it. */
  readonly attempt_fee_micros: Micros;
  /** Valid from here, up to and without `valid_to` (D3); null: from ever, for ever. */
  readonly valid_from: Instant | null;
  readonly valid_to: Instant | null;
  /** The set of callers it is for; null: any. */
  readonly origin: string | null;
  readonly enabled: boolean;
  /** Only a row that says so may cost nothing (D6). */
  readonly free: boolean;
}

/** Terms as a deck keeps them. */
export interface KeptTerms extends RowTerms {
  /** Place in the deck's list of carriers. */
  readonly carrier: number;
}

/**
 * All rows of all carriers as one trie of digits in flat arrays. Nodes stand level by level, the
 * children of a node side by side, rows by node. Never changed once built: a new deck takes the
 * place of the old one whole (D8). Its arrays can be handed from thread to thread without a copy.
 */
export interface Deck {
  readonly carriers: readonly string[];
  readonly terms: readonly KeptTerms[];
  /** Bit n of a node's mask: it has a child for digit n. */
  readonly masks: Uint16Array;
  /** The node of the first child. */
  readonly children: Uint32Array;
  /** The rows of node n are those from `starts[n]` up to and without `starts[n + 1]`. */
  readonly starts: Uint32Array;
  readonly rates: Float64Array;
  /** Place of each row's terms in the list. */
  readonly term_places: Uint32Array;
  /** The number each row had when it was added: 0, 1, 2 … */
  readonly row_numbers: Uint32Array;
}

export const PREFIX_DIGITS_MAX = 15;
