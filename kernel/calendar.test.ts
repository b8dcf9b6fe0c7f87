import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from './brand.ts';
import {
  DAY_MS,
  dateFrom,
  dateOfDay,
  dayNumber,
  daysAfter,
  monthsAfter,
  textOfDate,
} from './calendar.ts';
import { instantFrom, rfc3339 } from './instant.ts';

describe('days', () => {
  it('are those of the language, over three thousand years', () => {
    for (let number = -500_000; number < 700_000; number += 1) {
      const date = dateOfDay(number);
      const theirs = new Date(number * DAY_MS);
      assert.equal(dayNumber(date), number);
      assert.equal(date.year, theirs.getUTCFullYear());
      assert.equal(date.month, theirs.getUTCMonth() + 1);
      assert.equal(date.day, theirs.getUTCDate());
    }
  });

  it('are read from text, and only such as there are', () => {
    for (const text of ['2024-02-29', '0001-01-01', '9999-12-31'])
      assert.equal(textOfDate(dateFrom(text) ?? assert.fail(text)), text);
    for (const text of ['2025-02-29', '1900-02-29', '2025-13-01', '2025-00-01', '2025-01-00'])
      assert.equal(dateFrom(text), null, text);
    for (const text of ['2025-1-01', '25-01-01', '2025-01-01 ', '2025-01-01T', ''])
      assert.equal(dateFrom(text), null, text);
  });

  it('are counted on over the ends of months and years', () => {
    const on = (text: string, days: number): string =>
      textOfDate(daysAfter(dateFrom(text) ?? assert.fail(text), days));
    assert.equal(on('2024-02-28', 1), '2024-02-29');
    assert.equal(on('2025-12-31', 1), '2026-01-01');
    assert.equal(on('2025-01-01', -1), '2024-12-31');
  });
});

describe('monthsAfter', () => {
  const STORIES = `
    2025-01-31 |  1 | 2025-02-28
    2025-01-31 |  2 | 2025-03-31
    2024-01-31 |  1 | 2024-02-29
    2024-02-29 | 12 | 2025-02-28
    2024-02-29 | 48 | 2028-02-29
    2025-02-28 |  1 | 2025-03-28
    2025-04-30 |  1 | 2025-05-30
    2025-12-31 |  2 | 2026-02-28
    2025-03-31 | -1 | 2025-02-28
    2025-01-15 | -1 | 2024-12-15`;

  for (const line of STORIES.trim().split('\n')) {
    const [from = '', months, to] = line.split('|').map((cell) => cell.trim());
    it(`of ${from} by ${months} is ${to}`, () => {
      const date = dateFrom(from) ?? assert.fail(from);
      assert.equal(textOfDate(monthsAfter(date, Number(months))), to);
    });
  }
});

describe('instants as text', () => {
  it('are read back as they were written', () => {
    for (let at = -2e12; at < 5e12; at += 97_777_777_777)
      assert.equal(instantFrom(rfc3339(at as Instant)), at);
  });

  const READ: readonly (readonly [string, string | null])[] = [
    ['2025-02-01T04:30:00Z', '2025-02-01T04:30:00.000Z'],
    ['2025-02-01t04:30:00z', '2025-02-01T04:30:00.000Z'],
    ['2025-01-31T23:30:00-05:00', '2025-02-01T04:30:00.000Z'],
    ['2025-02-01T10:00:00+05:30', '2025-02-01T04:30:00.000Z'],
    ['2025-02-01T04:30:00.1Z', '2025-02-01T04:30:00.100Z'],
    ['2025-02-01T04:30:00.123999Z', '2025-02-01T04:30:00.123Z'],
    ['2025-02-01T04:30:00', null],
    ['2025-02-01', null],
    ['2025-02-30T00:00:00Z', null],
    ['2025-02-01T24:00:00Z', null],
    ['2025-02-01T23:60:00Z', null],
    ['2025-06-30T23:59:60Z', null],
    ['2025-02-01T04:30:00+24:00', null],
    ['2025-02-01T04:30:00Z ', null],
    ['', null],
  ];
  for (const [text, at] of READ)
    it(`${text || 'nothing'} is ${at ?? 'none'}`, () => {
      const read = instantFrom(text);
      assert.equal(read === null ? null : rfc3339(read), at);
    });
});
