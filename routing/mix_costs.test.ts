import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { micros } from '../kernel/money.ts';
import { billedMix, meanCharge, mixOf } from '../billing/mix.ts';
import type { DeckMatch } from './deck_lookup.ts';
import { mixCosts, priceOfRow } from './mix_costs.ts';

const matches = fc
  .record({
    rate: fc.nat(2_000_000),
    initial_s: fc.nat(90),
    increment_s: fc.integer({ min: 1, max: 90 }),
    fee: fc.nat(50_000),
    attempt_fee: fc.nat(500),
  })
  .map(({ rate, initial_s, increment_s, fee, attempt_fee }): DeckMatch => {
    const fees = { connect_fee_micros: micros(fee), attempt_fee_micros: micros(attempt_fee) };
    const always = { valid_from: null, valid_to: null, origin: null, enabled: true, free: false };
    const terms = { carrier: 0, initial_s, increment_s, ...fees, ...always };
    return {
      carrier: 'a',
      prefix_length: 1,
      rate_micros_per_minute: micros(rate),
      terms,
      row_number: 0,
    };
  });
const mixes = fc
  .array(fc.record({ talk_s: fc.nat(2_000), weight: fc.integer({ min: 1, max: 1_000 }) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map(mixOf);

describe('the cost of a row on a mix', () => {
  it('is the exact mean charge, as near as a double is', () => {
    fc.assert(
      fc.property(matches, mixes, (match, mix) => {
        const costOf = mixCosts(mix);
        const price = priceOfRow(match, 'USD');
        const { parts, of } = meanCharge(billedMix(mix, price), price);
        const { charge, attempt_fee } = costOf(match);
        assert.ok(Math.abs(charge - Number(parts) / Number(of)) <= 1e-12 * charge);
        assert.equal(attempt_fee, match.terms.attempt_fee_micros);
        assert.deepEqual(costOf(match), { charge, attempt_fee });
      }),
    );
  });
});
