import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dateOfDay } from '../kernel/calendar.ts';
import { planChange, prorated } from './proration.ts';

const day = (number: number): ReturnType<typeof dateOfDay> => dateOfDay(20_000 + number);
const MONTH = { start: day(0), end: day(30) };
const fee = fc.nat(1_000_000);

describe('a part of a fee', () => {
  it('is all of it for the whole period, and none for no day', () => {
    assert.equal(prorated(3_001, MONTH, MONTH).amount, 3_001);
    assert.equal(prorated(3_001, MONTH, { start: day(4), end: day(4) }).amount, 0);
    assert.equal(prorated(3_001, MONTH, { start: day(9), end: day(4) }).amount, 0);
  });

  it('counts no day outside the period', () => {
    assert.equal(prorated(3_000, MONTH, { start: day(-5), end: day(3) }).days_used, 3);
    assert.equal(prorated(3_000, MONTH, { start: day(28), end: day(90) }).days_used, 2);
    assert.equal(prorated(3_000, MONTH, { start: day(31), end: day(90) }).amount, 0);
  });

  it('needs a period and a whole fee', () => {
    assert.throws(() => prorated(1, { start: day(1), end: day(1) }, MONTH), /a day at least/);
    assert.throws(() => prorated(0.5, MONTH, MONTH), /whole amount/);
  });

  it('grows with the days', () => {
    fc.assert(
      fc.property(fee, fc.nat(30), fc.nat(30), (amount, one, other) => {
        const upTo = (end: number): number =>
          prorated(amount, MONTH, { start: day(0), end: day(end) }).amount;
        assert.equal(upTo(one) <= upTo(other) || one > other, true);
      }),
    );
  });
});

describe('a change of plan', () => {
  it('splits the old fee without rest, and is nothing between equal fees but for a coin', () => {
    fc.assert(
      fc.property(fee, fee, fc.nat(30), (old_fee, new_fee, on) => {
        const change = planChange({ old_fee, new_fee }, MONTH, day(on));
        assert.equal(change.old_used + change.old_credit, old_fee);
        assert.equal(change.net, change.new_charge - change.old_credit);
        const same = planChange({ old_fee, new_fee: old_fee }, MONTH, day(on));
        assert.ok(same.net === 0 || same.net === 1);
      }),
    );
  });
});
