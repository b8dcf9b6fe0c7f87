import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Instant } from '../kernel/brand.ts';
import { micros } from '../kernel/money.ts';
import { rollerOf } from '../kernel/random.ts';
import type { Deck, DeckRow, RowTerms } from './deck.ts';
import { addRow, deckOf, newDraft } from './deck_draft.ts';
import type { DeckQuery } from './deck_lookup.ts';
import { deckReader } from './deck_lookup.ts';

const TERMS: RowTerms = {
  initial_s: 60,
  increment_s: 60,
  connect_fee_micros: micros(0),
  attempt_fee_micros: micros(0),
  valid_from: null,
  valid_to: null,
  origin: null,
  enabled: true,
  free: false,
};

function row(
  carrier: string,
  prefix: string,
  rest: Partial<RowTerms & { rate: number }> = {},
): DeckRow {
  const { rate = 1_000, ...terms } = rest;
  return {
    carrier,
    prefix,
    rate_micros_per_minute: micros(rate),
    terms: { ...TERMS, ...terms },
  };
}

function deck(rows: readonly DeckRow[]): Deck {
  const draft = newDraft();
  for (const each of rows) addRow(draft, each);
  return deckOf(draft);
}

/** "A 44 #0" for a match, "B -expired" for a carrier that has none. */
function told(rows: readonly DeckRow[], query: Partial<DeckQuery> = {}): string {
  const asked = { number: '+447911123456', at: 100 as Instant, ...query };
  const { matches, excluded } = deckReader(deck(rows))(asked);
  const digits = asked.number.replace('+', '');
  const found = matches.map(
    (match) => `${match.carrier} ${digits.slice(0, match.prefix_length)} #${match.row_number}`,
  );
  return [...found, ...excluded.map(({ carrier, reason }) => `${carrier} -${reason}`)].join(', ');
}

const at = (ms: number): Instant => ms as Instant;
const disabled = { enabled: false };

describe('a deck', () => {
  it('finds the longest prefix of each carrier by itself', () => {
    const rows = [row('A', '44'), row('B', '4'), row('A', '447'), row('B', '4479'), row('C', '1')];
    assert.equal(told(rows), 'A 447 #2, B 4479 #3, C -no_rate');
  });

  it('takes what is eligible first: nothing else hides a shorter prefix', () => {
    assert.equal(told([row('A', '44'), row('A', '447', disabled)]), 'A 44 #0');
    assert.equal(told([row('A', '44'), row('A', '447', { valid_from: at(101) })]), 'A 44 #0');
    assert.equal(told([row('A', '44'), row('A', '447', { valid_to: at(100) })]), 'A 44 #0');
    assert.equal(told([row('A', '44'), row('A', '447', { rate: 0 })]), 'A 44 #0');
    assert.equal(told([row('A', '44'), row('A', '447', { origin: 'EEA' })]), 'A 44 #0');
  });

  it('says why a carrier has no price', () => {
    assert.equal(told([row('A', '447', disabled)]), 'A -disabled');
    assert.equal(told([row('A', '447', { valid_from: at(101) })]), 'A -not_yet_valid');
    assert.equal(told([row('A', '447', { valid_to: at(100) })]), 'A -expired');
    assert.equal(told([row('A', '447', { origin: 'EEA' })]), 'A -origin');
    assert.equal(told([row('A', '447', { rate: 0 })]), 'A -no_rate');
    assert.equal(told([row('A', '4')], { digits_min: 2 }), 'A -country_guard');
    assert.equal(told([row('A', '44')], { digits_min: 2 }), 'A 44 #0');
  });

  it('goes from one price to the next at an instant', () => {
    const rows = [
      row('A', '44', { valid_to: at(100) }),
      row('A', '44', { valid_from: at(100), valid_to: at(200) }),
    ];
    assert.equal(told(rows, { at: at(99) }), 'A 44 #0');
    assert.equal(told(rows, { at: at(100) }), 'A 44 #1');
    assert.equal(told(rows, { at: at(200) }), 'A -expired');
  });

  it('prefers a row for these callers, but never to a longer prefix', () => {
    const origins = new Set(['EEA']);
    const eea = { origin: 'EEA' };
    assert.equal(told([row('A', '44', eea), row('A', '44')], { origins }), 'A 44 #0');
    assert.equal(told([row('A', '44'), row('A', '44', eea)], { origins }), 'A 44 #1');
    assert.equal(told([row('A', '44', eea), row('A', '447')], { origins }), 'A 447 #1');
    assert.equal(told([row('A', '44', eea), row('A', '4')]), 'A 4 #1');
  });

  it('lets a row cost nothing only where it says so', () => {
    assert.equal(told([row('A', '44', { rate: 0, free: true })]), 'A 44 #0');
  });

  it('takes rows for every number and for one', () => {
    assert.equal(told([row('A', ''), row('B', '447911123456')]), 'A  #0, B 447911123456 #1');
    assert.equal(told([row('A', '123456789012345')], { number: '+123456789012345' }).length, 20);
  });

  it('has nothing for what is no number, and holds nothing when empty', () => {
    for (const number of ['', '+', 'x', '+44x', '44 7911', '\u0664\u0664'])
      assert.match(told([row('A', '447')], { number }), /A -no_rate/);
    assert.equal(told([]), '');
  });

  it('keeps the terms of a row with its price', () => {
    const terms = { initial_s: 30, increment_s: 6, connect_fee_micros: micros(7), rate: 123 };
    const { matches } = deckReader(deck([row('A', '44', terms)]))({ number: '44', at: at(0) });
    const [match] = matches;
    assert.equal(match?.rate_micros_per_minute, 123);
    assert.deepEqual([match?.terms.initial_s, match?.terms.connect_fee_micros], [30, 7]);
  });

  it('refuses rows that were not validated', () => {
    for (const prefix of ['+44', '44x', '1234567890123456'])
      assert.throws(() => addRow(newDraft(), row('A', prefix)), /no prefix is/);
    assert.throws(() => addRow(newDraft(), row('A', '1', { rate: -1 })), /whole micros/);
  });
});

const prefixes = fc.stringMatching(/^[0-3]{0,6}$/);
const instants = fc.option(fc.integer({ min: 0, max: 9 }).map(at));
const rows = fc.array(
  fc
    .record({
      carrier: fc.constantFrom('A', 'B', 'C'),
      prefix: prefixes,
      rate: fc.integer({ min: 0, max: 3 }),
      valid_from: instants,
      valid_to: instants,
      origin: fc.constantFrom(null, null, 'EEA'),
      enabled: fc.constantFrom(true, true, false),
    })
    .map(({ carrier, prefix, ...rest }) => row(carrier, prefix, rest)),
  { maxLength: 60 },
);

/** The rule as it is written, row by row. */
function bruteForce(all: readonly DeckRow[], query: DeckQuery): Map<string, number> {
  const eligible = all.filter(({ prefix, rate_micros_per_minute: rate, terms }) => {
    const now = (terms.valid_from ?? 0) <= query.at && query.at < (terms.valid_to ?? Infinity);
    const here = terms.origin === null || query.origins?.has(terms.origin);
    return query.number.startsWith(prefix) && terms.enabled && now && here && rate > 0;
  });
  return new Map(eligible.map(({ carrier }) => [carrier, longest(eligible, carrier)]));
}

function longest(eligible: readonly DeckRow[], carrier: string): number {
  return Math.max(
    ...eligible.filter((each) => each.carrier === carrier).map(({ prefix }) => prefix.length),
  );
}

describe('a deck of any rows', () => {
  it('answers like the rule, row by row', () => {
    fc.assert(
      fc.property(rows, fc.stringMatching(/^[0-3]{1,8}$/), fc.nat(9), (all, number, now) => {
        const query = { number, at: at(now), origins: new Set(now > 4 ? ['EEA'] : []) };
        const { matches, excluded } = deckReader(deck(all))(query);
        const found = new Map(matches.map((match) => [match.carrier, match.prefix_length]));
        assert.deepEqual([...found].toSorted(), [...bruteForce(all, query)].toSorted());
        const carriers = new Set(all.map(({ carrier }) => carrier));
        assert.equal(matches.length + excluded.length, carriers.size);
        for (const match of matches) {
          const source = all[match.row_number] ?? assert.fail();
          assert.equal(source.prefix, number.slice(0, match.prefix_length));
          assert.equal(source.carrier, match.carrier);
          assert.equal(source.rate_micros_per_minute, match.rate_micros_per_minute);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('holds a large one too', () => {
    const roll = rollerOf(31);
    const digits = (length: number): string =>
      Array.from({ length }, () => String(roll(10))).join('');
    const all = Array.from({ length: 20_000 }, (_none, place) =>
      row(`c${place % 7}`, digits(1 + roll(15)), { rate: 1 + roll(9_000) }),
    );
    const read = deckReader(deck(all));
    const known = new Map(all.map((each) => [`${each.carrier} ${each.prefix}`, each]));
    for (let run = 0; run < 2_000; run += 1) {
      const number = (all[roll(all.length)]?.prefix ?? '').slice(0, 2 + roll(12)) + digits(3);
      for (const match of read({ number: `+${number.slice(0, 15)}`, at: at(0) }).matches) {
        const tried = (length: number): boolean =>
          known.has(`${match.carrier} ${number.slice(0, length)}`);
        assert.ok(tried(match.prefix_length));
        for (
          let length = match.prefix_length + 1;
          length <= Math.min(15, number.length);
          length += 1
        )
          assert.ok(!tried(length), `${match.carrier} ${number} ${length}`);
      }
    }
  });
});
