import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Instant } from '../kernel/brand.ts';
import { dateFrom, dayNumber, daysInMonth, textOfDate } from '../kernel/calendar.ts';
import { instantFrom, rfc3339 } from '../kernel/instant.ts';
import type { Zone } from '../kernel/zones.ts';
import { localDateAt, zoneOf } from '../kernel/zones.ts';
import type { Cycle } from './cycle.ts';
import { cycleFrom, endDateOf, periodAt, periodOf, periodsToInvoice } from './cycle.ts';
import { wholeMonthOf, withAnchor, withZone } from './cycle.ts';

const ZONES = Intl.supportedValuesOf('timeZone');
/** Those whose clocks do something rare; the others are taken by turns. */
const ODD_ZONES =
  'America/Havana Asia/Beirut Africa/Cairo America/Santiago America/Asuncion Atlantic/Azores ' +
  'Australia/Lord_Howe Africa/Casablanca Pacific/Apia Antarctica/Troll Asia/Gaza';
const MONTHS = 1_200;
const DAY_MS = 86_400_000;

const zone = (name: string): Zone => zoneOf(name) ?? assert.fail(name);
const at = (text: string): Instant => instantFrom(text) ?? assert.fail(text);
const cycle = (since: string, name: string): Cycle => cycleFrom(at(since), zone(name));
const date = (text: string): NonNullable<ReturnType<typeof dateFrom>> =>
  dateFrom(text) ?? assert.fail(text);
const span = (of: Cycle, index: number): string => {
  const { start, end } = periodOf(of, index);
  return `${rfc3339(start)} ${rfc3339(end)}`;
};

/** Periods without gap or overlap, each ending on the anchor's day or the last of its month. */
function tiles(of: Cycle, months: number): void {
  let before = of.since;
  for (let index = 0; index < months; index += 1) {
    const { start, end } = periodOf(of, index);
    const { year, month, day } = endDateOf(of, index);
    assert.equal(start, before, `${of.zone.name} ${index}`);
    assert.ok(end - start > 27 * DAY_MS && end - start <= 33 * DAY_MS, `${of.zone.name} ${index}`);
    assert.equal(day, Math.min(of.anchor.day, daysInMonth(year, month)));
    const shown = localDateAt(of.zone, end);
    assert.deepEqual(shown, { year, month, day }, `${of.zone.name} ${textOfDate(shown)}`);
    assert.ok(dayNumber(localDateAt(of.zone, (end - 1) as Instant)) < dayNumber(shown));
    before = end;
  }
}

describe('a billing cycle', () => {
  it('tiles a century in zones with rare clocks, and in some of the others', () => {
    const others = ZONES.filter((_name, place) => place % 14 === 0);
    for (const name of [...ODD_ZONES.split(' '), ...others]) {
      const day = String(28 + (name.length % 4)).padStart(2, '0');
      tiles(cycle(`2025-01-${day}T12:00:00Z`, name), MONTHS);
    }
  });

  it('tiles ten years in every zone, from any subscription', () => {
    const minutes = fc.integer({ min: 0, max: 525_600 });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), minutes, (name, minute) => {
        const since = (at('2025-01-01T00:00:00Z') + minute * 60_000) as Instant;
        tiles(cycleFrom(since, zone(name)), 120);
      }),
      { numRuns: 60 },
    );
  });

  it('puts every instant into the one period that holds it', () => {
    const of = cycle('2025-01-31T12:00:00Z', 'America/Havana');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000 * DAY_MS }), (later) => {
        const period = periodAt(of, (of.since + later) as Instant) ?? assert.fail();
        assert.ok(period.start <= of.since + later && of.since + later < period.end);
        assert.deepEqual(periodOf(of, period.index), period);
      }),
    );
    assert.equal(periodAt(of, (of.since - 1) as Instant), null);
    assert.equal(periodAt(of, periodOf(of, 3).end)?.index, 4, 'an end belongs to the next one');
  });

  it('invoices each period once, however often and late it is run', () => {
    const of = cycle('2025-01-31T12:00:00Z', 'Europe/Berlin');
    const days = fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 30 });
    fc.assert(
      fc.property(days, (waits) => {
        let [now, last] = [of.since as number, -1];
        const seen: number[] = [];
        for (const wait of waits) {
          now += wait * DAY_MS;
          const due = periodsToInvoice(of, last, { now: now as Instant });
          for (const { index, end } of due) {
            assert.ok(end <= now);
            seen.push(index);
          }
          last = due.at(-1)?.index ?? last;
        }
        assert.deepEqual(seen, [...seen.keys()]);
        const over = periodAt(of, now as Instant)?.index ?? 0;
        assert.equal(last, over - 1);
      }),
    );
  });

  it('keeps a period open for as long as usage may be late', () => {
    const of = cycle('2025-01-31T12:00:00Z', 'UTC');
    const due = (now: string): number =>
      periodsToInvoice(of, -1, { now: at(now), grace_ms: 3_600_000 }).length;
    assert.deepEqual([due('2025-02-28T00:59:59Z'), due('2025-02-28T01:00:00Z')], [0, 1]);
  });
});

describe('a change of zone', () => {
  const of = cycle('2025-01-07T15:00:00Z', 'America/New_York');
  const moved = (to: string): Cycle => withZone(of, at('2025-03-20T00:00:00Z'), zone(to));

  it('ends the period under way as announced, and the next one in the new zone', () => {
    assert.equal(span(of, 2), '2025-03-07T05:00:00.000Z 2025-04-07T04:00:00.000Z');
    assert.equal(span(moved('Asia/Tokyo'), 3), '2025-04-07T04:00:00.000Z 2025-05-06T15:00:00.000Z');
    assert.equal(span(moved('Asia/Tokyo'), 4), '2025-05-06T15:00:00.000Z 2025-06-06T15:00:00.000Z');
  });

  it('makes no period of a few hours, to whichever side it goes', () => {
    assert.equal(
      span(moved('America/Los_Angeles'), 3),
      '2025-04-07T04:00:00.000Z 2025-05-07T07:00:00.000Z',
    );
  });

  it('keeps the anchor, also of a day that was clamped', () => {
    const late = cycle('2025-01-31T12:00:00Z', 'UTC');
    const there = withZone(late, at('2025-02-10T00:00:00Z'), zone('Europe/Berlin'));
    assert.equal(textOfDate(endDateOf(there, 1)), '2025-03-31');
    assert.equal(textOfDate(endDateOf(there, 2)), '2025-04-30');
  });
});

describe('a change of anchor', () => {
  const of = cycle('2025-01-07T15:00:00Z', 'UTC');
  const moved = (now: string, to: string): Cycle | null => withAnchor(of, at(now), date(to));

  it('cuts the period under way, where the new date comes first', () => {
    const next = moved('2025-03-10T00:00:00Z', '2025-03-20') ?? assert.fail();
    assert.equal(span(next, 2), '2025-03-07T00:00:00.000Z 2025-03-20T00:00:00.000Z');
    assert.equal(span(next, 3), '2025-03-20T00:00:00.000Z 2025-04-20T00:00:00.000Z');
    const whole = wholeMonthOf(next, 2);
    assert.equal(dayNumber(whole.end) - dayNumber(whole.start), 28);
  });

  it('makes the next period short, where the new date comes after', () => {
    const next = moved('2025-03-05T00:00:00Z', '2025-03-20') ?? assert.fail();
    assert.equal(next.first_index, 2);
    assert.equal(span(next, 2), '2025-03-07T00:00:00.000Z 2025-03-20T00:00:00.000Z');
  });

  it('changes nothing before a date that both have', () => {
    const next = moved('2025-03-10T00:00:00Z', '2025-04-07') ?? assert.fail();
    assert.equal(span(next, 2), span(of, 2));
    assert.equal(span(next, 3), span(of, 3));
  });

  it('needs a date that lies ahead, and not too far', () => {
    assert.equal(moved('2025-03-10T00:00:00Z', '2025-03-10'), null);
    assert.equal(moved('2025-03-10T00:00:00Z', '2025-03-01'), null);
    assert.equal(moved('2025-03-10T00:00:00Z', '2025-05-07'), null);
    assert.ok(moved('2025-03-10T00:00:00Z', '2025-05-06') !== null);
  });
});
