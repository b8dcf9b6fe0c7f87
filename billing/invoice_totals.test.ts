import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { micros } from '../kernel/money.ts';
import { microsPerMinor, totalsOf } from './invoice_totals.ts';

const line = fc.integer({ min: -3_000_000, max: 90_000_000 }).map(micros);
const sums = fc.record({
  line_micros: fc.array(line, { maxLength: 40 }),
  tax_rates_ppm: fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 3 }),
  minor_digits: fc.constantFrom(0, 2, 3),
});

describe('the totals of an invoice', () => {
  it('are the sum of what is shown, and lose nothing', () => {
    fc.assert(
      fc.property(sums, (asked) => {
        const totals = totalsOf(asked);
        const unit = Number(microsPerMinor(asked.minor_digits));
        const shown = totals.line_minor_display.reduce((sum, each) => sum + each, 0);
        assert.equal(shown, totals.subtotal_minor);
        assert.equal(
          totals.subtotal_minor * unit + totals.rounding_residual_micros,
          totals.subtotal_micros,
        );
        assert.ok(Math.abs(totals.rounding_residual_micros) * 2 <= unit);
        const taxes = totals.tax_minor.reduce((sum, each) => sum + each, 0);
        assert.equal(totals.total_minor, totals.subtotal_minor + taxes);
      }),
    );
  });

  it('show no line further from its worth than one coin', () => {
    fc.assert(
      fc.property(sums, (asked) => {
        const unit = Number(microsPerMinor(asked.minor_digits));
        totalsOf(asked).line_minor_display.forEach((coins, place) => {
          assert.ok(Math.abs(coins * unit - (asked.line_micros[place] ?? 0)) < unit);
        });
      }),
    );
  });

  it('know currencies of up to six places', () => {
    assert.deepEqual([0, 2, 3, 6].map(microsPerMinor), [1_000_000n, 10_000n, 1_000n, 1n]);
    for (const digits of [-1, 7, 0.5]) assert.throws(() => microsPerMinor(digits), /no currency/);
  });
});
