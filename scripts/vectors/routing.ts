import { isE164 } from '../../kernel/address.ts';
import type { Instant } from '../../kernel/brand.ts';
import { DAY_MS, dateFrom, dayNumber } from '../../kernel/calendar.ts';
import { instantFrom } from '../../kernel/instant.ts';
import { micros } from '../../kernel/money.ts';
import { fractionOf } from '../../kernel/random.ts';
import { rounded } from '../../kernel/rounding.ts';
import { byExpectedCost } from '../../routing/cost_order.ts';
import { countryDigits } from '../../routing/country_digits.ts';
import type { DeckRow } from '../../routing/deck.ts';
import { addRow, deckOf, newDraft } from '../../routing/deck_draft.ts';
import type { DeckAnswer, DeckMatch } from '../../routing/deck_lookup.ts';
import { deckReader } from '../../routing/deck_lookup.ts';
import { weightedOrder } from '../../routing/weighted_order.ts';
import type { Fields } from './fields.ts';
import {
  fieldsOf,
  flagOf,
  isFields,
  listOf,
  Malformed,
  shown,
  textOf,
  timeOf,
  wholeOf,
} from './fields.ts';
import type { Group } from './group.ts';
import { cases, claimsOf } from './group.ts';
import { mixIn, priceInRow } from './prices.ts';

export const e164: Group = (value) =>
  listOf(value, 'the group').map((each, place) => {
    const { input, expect } = isFields(each) ? each : {};
    return {
      id: `#${place + 1} ${shown(input)}`,
      expected: expect,
      ask: () => {
        fieldsOf(expect, 'expect');
        return { valid: typeof input === 'string' && isE164(input) };
      },
    };
  });

export const cost_order = cases((input) => {
  const prices = fieldsOf(input['offers'], 'offers');
  const offers = Object.keys(prices).map((carrier) => ({
    carrier,
    price: priceInRow(prices[carrier], `offers.${carrier}`),
  }));
  const sorted = byExpectedCost(offers, mixIn(input['duration_histogram']));
  return {
    expected_cost_micros: new Map(
      sorted.map(({ carrier, expected_cost }) => [carrier, Number(rounded(expected_cost))]),
    ),
    order: sorted.map(({ carrier }) => carrier),
  };
});

/** Draws are given by name, or follow from a seed as they do in the product. */
export const weighted_order = cases((input) => {
  const weights = fieldsOf(input['weights'], 'weights');
  const draws = 'draws' in input ? fieldsOf(input['draws'], 'draws') : null;
  const seed = String(input['seed'] ?? '');
  const items = Object.keys(weights).map((name) => ({ name, weight: numberIn(weights, name) }));
  const drawFor = ({ name }: { readonly name: string }): number =>
    draws === null ? fractionOf(`${seed}/${name}`) : numberIn(draws, name);
  return { order: weightedOrder(items, drawFor).map(({ name }) => name) };
});

function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && value >= 0) return value;
  throw new Malformed(`${name} is not a number of at least 0: ${shown(value)}`);
}

/** One deck, and numbers that are looked up in it. */
export const lpm: Group = (value) => {
  const group = fieldsOf(value, 'the group');
  const draft = newDraft();
  for (const each of listOf(group['deck'], 'deck')) addRow(draft, rowIn(fieldsOf(each, 'a row')));
  const read = deckReader(deckOf(draft));
  const guarded = flagOf(group, 'country_guard', true);
  return claimsOf(listOf(group['queries'], 'queries'), (input) => {
    const number = textOf(input, 'number');
    const digits_min = guardIn(input, guarded, number);
    return answerIn(number, read({ number, at: timeOf(input, 'at'), digits_min }));
  });
};

/** How many digits a row must fix (D5): as the query says, else as the country of the number. */
function guardIn(input: Fields, guarded: boolean, number: string): number {
  if ('country_prefix' in input) return textOf(input, 'country_prefix').replace(/^\+/, '').length;
  return flagOf(input, 'country_guard', guarded) ? countryDigits(number) : 0;
}

function rowIn(fields: Fields): DeckRow {
  return {
    carrier: textOf(fields, 'carrier'),
    prefix: textOf(fields, 'prefix').replace(/^\+/, ''),
    rate_micros_per_minute: micros(wholeOf(fields, 'rate_per_min_micros')),
    terms: {
      initial_s: wholeOf(fields, 'initial_s'),
      increment_s: wholeOf(fields, 'increment_s', { least: 1 }),
      connect_fee_micros: micros(wholeOf(fields, 'connect_fee_micros', { otherwise: 0 })),
      attempt_fee_micros: micros(wholeOf(fields, 'attempt_fee_micros', { otherwise: 0 })),
      valid_from: boundIn(fields, 'valid_from'),
      valid_to: boundIn(fields, 'valid_to'),
      origin: null,
      enabled: flagOf(fields, 'enabled', true),
      free: flagOf(fields, 'free', false),
    },
  };
}

/** A bound is an instant, or a date, which begins in UTC. */
function boundIn(fields: Fields, name: string): Instant | null {
  const value = fields[name] ?? null;
  if (value === null) return null;
  const text = textOf(fields, name);
  const date = dateFrom(text);
  const at = date === null ? instantFrom(text) : ((dayNumber(date) * DAY_MS) as Instant);
  if (at !== null) return at;
  throw new Malformed(`${name} is neither an instant nor a date: ${shown(value)}`);
}

function answerIn(number: string, { matches, excluded }: DeckAnswer): object {
  const digits = number.replace(/^\+/, '');
  const byRate = (one: DeckMatch, other: DeckMatch): number =>
    one.rate_micros_per_minute - other.rate_micros_per_minute ||
    (one.carrier < other.carrier ? -1 : 1);
  return {
    per_carrier: new Map(
      matches.map(({ carrier, prefix_length, rate_micros_per_minute, terms }) => [
        carrier,
        {
          prefix: digits.slice(0, prefix_length),
          rate_per_min_micros: rate_micros_per_minute,
          initial_s: terms.initial_s,
          increment_s: terms.increment_s,
        },
      ]),
    ),
    cheapest_first: matches.toSorted(byRate).map(({ carrier }) => carrier),
    excluded: Object.fromEntries(excluded.map(({ carrier, reason }) => [carrier, reason])),
  };
}
