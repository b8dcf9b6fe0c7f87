import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { micros } from '../kernel/money.ts';
import { mixOf } from '../billing/mix.ts';
import type { Offer } from './cost_order.ts';
import { byExpectedCost } from './cost_order.ts';
import { countryDigits } from './country_digits.ts';

function offer(carrier: string, rate: number, blocks = '60/60'): Offer {
  const [initial_s = 0, increment_s = 1] = blocks.split('/').map(Number);
  const fee = { connect_fee_micros: micros(0), rate_micros_per_minute: micros(rate) };
  return { carrier, price: { currency: 'USD', ...fee, initial_s, increment_s } };
}

const MIX = mixOf([
  { talk_s: 10, weight: 4 },
  { talk_s: 60, weight: 3 },
  { talk_s: 300, weight: 3 },
]);
const named = (offers: readonly Offer[]): string[] =>
  byExpectedCost(offers, MIX).map(({ carrier }) => carrier);

describe('an order by cost', () => {
  it('goes by what calls cost, not by rates', () => {
    const offers = [offer('A', 10_000), offer('B', 11_200, '1/1'), offer('C', 9_000)];
    assert.deepEqual(named(offers), ['C', 'B', 'A']);
  });

  it('does not depend on the input, nor on offers beside', () => {
    const rates = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(rates, fc.nat(), (all, gone) => {
        const offers = all.map((rate, place) => offer(`c${place}`, rate, `${6 * rate}/6`));
        const order = named(offers);
        assert.deepEqual(named(offers.toReversed()), order);
        const left = offers.filter((_offer, place) => place !== gone % offers.length);
        assert.deepEqual(
          named(left),
          order.filter((carrier) => left.some((each) => each.carrier === carrier)),
        );
      }),
    );
  });
});

describe('the digits of a country', () => {
  const COUNTRIES: readonly (readonly [string, number])[] = [
    ['+12125550100', 1],
    ['+16135550100', 1],
    ['+18765550100', 4],
    ['+12425550100', 4],
    ['+17875550100', 4],
    ['+74951234567', 1],
    ['+77012345678', 2],
    ['+447911123456', 2],
    ['+4930123456', 2],
    ['+35312345678', 3],
    ['+8801234567890', 3],
    ['+23412345678', 3],
    ['971501234567', 3],
  ];
  for (const [number, digits] of COUNTRIES)
    it(`are ${digits} in ${number}`, () => {
      assert.equal(countryDigits(number), digits);
    });
});
