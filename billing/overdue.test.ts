import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '../kernel/brand.ts';
import { textOfDate } from '../kernel/calendar.ts';
import { instantFrom, rfc3339 } from '../kernel/instant.ts';
import { zoneOf } from '../kernel/zones.ts';
import { mayPlaceCall, standingOf, termsOf } from './overdue.ts';

const at = (text: string): Instant => instantFrom(text) ?? assert.fail(text);

describe('the terms of an invoice', () => {
  it('give the whole due day, as it is counted where the account is', () => {
    const zone = zoneOf('America/Havana') ?? assert.fail();
    const terms = termsOf(at('2025-02-22T04:30:00Z'), 15, zone);
    assert.equal(textOfDate(terms.due_date), '2025-03-08');
    assert.equal(rfc3339(terms.tm_overdue), '2025-03-09T05:00:00.000Z');
  });
});

describe('the standing of an invoice', () => {
  const debt = {
    total_minor: 1_000,
    tm_overdue: 100 as Instant,
    settlements: [
      { at: 110 as Instant, amount_minor: 400 },
      { at: 120 as Instant, amount_minor: 700 },
      { at: 130 as Instant, amount_minor: -700 },
    ],
  };
  const STORIES: readonly (readonly [number, number, boolean])[] = [
    [99, 1_000, false],
    [100, 1_000, true],
    [110, 600, true],
    [119, 600, true],
    [120, 0, false],
    [130, 600, true],
  ];
  for (const [now, due, overdue] of STORIES)
    it(`at ${now} is ${due} due${overdue ? ', overdue' : ''}`, () => {
      const standing = standingOf(debt, now as Instant);
      assert.deepEqual(standing, { balance_due_minor: due, overdue });
      assert.equal(mayPlaceCall(standing, false), !overdue);
      assert.equal(mayPlaceCall(standing, true), true);
    });
});
