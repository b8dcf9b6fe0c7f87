import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from './brand.ts';
import { dateFrom, dayNumber, textOfDate } from './calendar.ts';
import { instantFrom, rfc3339 } from './instant.ts';
import { firstInstantOf, localDateAt, offsetAt, zoneOf } from './zones.ts';

const HOUR_MS = 3_600_000;
const zone = (name: string): NonNullable<ReturnType<typeof zoneOf>> =>
  zoneOf(name) ?? assert.fail(name);
const date = (text: string): NonNullable<ReturnType<typeof dateFrom>> =>
  dateFrom(text) ?? assert.fail(text);
const at = (text: string): Instant => instantFrom(text) ?? assert.fail(text);

describe('a time zone', () => {
  it('is one of the database, however it is spelt', () => {
    assert.equal(zoneOf('Mars/Olympus'), null);
    assert.equal(zoneOf(''), null);
    assert.ok(zoneOf('asia/kolkata') !== null);
    assert.equal(zoneOf('Europe/Berlin'), zoneOf('Europe/Berlin'));
  });

  it('does not keep every spelling for ever', () => {
    const before = zoneOf('Europe/Berlin');
    for (let spelling = 0; spelling < 4_096; spelling += 1)
      zoneOf(
        [...'america/new_york'].map((letter, place) => spelled(letter, spelling >> place)).join(''),
      );
    assert.notEqual(zoneOf('Europe/Berlin'), before);
  });

  const OFFSETS = `
    UTC                 | 2025-07-01T00:00:00Z |    0
    America/New_York    | 2025-03-09T06:59:59Z | -300
    America/New_York    | 2025-03-09T07:00:00Z | -240
    America/New_York    | 2025-11-02T05:59:59Z | -240
    America/New_York    | 2025-11-02T06:00:00Z | -300
    Asia/Kathmandu      | 2025-01-01T00:00:00Z |  345
    Australia/Lord_Howe | 2025-01-01T00:00:00Z |  660
    Australia/Lord_Howe | 2025-07-01T00:00:00Z |  630
    Pacific/Apia        | 2011-12-30T09:59:59Z | -600
    Pacific/Apia        | 2011-12-30T10:00:00Z |  840
    Asia/Gaza           | 2040-10-19T23:59:59Z |  120
    Asia/Gaza           | 2040-10-20T00:00:00Z |  180
    Asia/Gaza           | 2040-10-23T00:00:00Z |  180
    America/Recife      | 2000-10-08T02:59:59Z | -180
    America/Recife      | 2000-10-08T03:00:00Z | -120
    America/Recife      | 2000-10-11T03:00:00Z | -120
    Europe/Dublin       | 2500-07-01T00:00:00Z |   60
    Africa/Monrovia     | 1960-01-01T00:00:00Z | -44.5`;
  for (const line of OFFSETS.trim().split('\n')) {
    const [name = '', when = '', minutes] = line.split('|').map((cell) => cell.trim());
    it(`${name} is ${minutes} minutes ahead at ${when}`, () => {
      assert.equal(offsetAt(zone(name), at(when)), Number(minutes) * 60_000);
    });
  }

  const DAYS = `
    UTC              | 2025-03-09 | 2025-03-09T00:00:00.000Z
    America/New_York | 2025-03-10 | 2025-03-10T04:00:00.000Z
    America/Havana   | 2025-03-09 | 2025-03-09T05:00:00.000Z
    America/Havana   | 2025-11-02 | 2025-11-02T04:00:00.000Z
    Atlantic/Azores  | 2025-10-26 | 2025-10-26T00:00:00.000Z
    Pacific/Apia     | 2011-12-29 | 2011-12-29T10:00:00.000Z
    Pacific/Apia     | 2011-12-30 | 2011-12-30T10:00:00.000Z
    Pacific/Apia     | 2011-12-31 | 2011-12-30T10:00:00.000Z
    America/Toronto  | 1919-03-31 | 1919-03-31T04:30:00.000Z
    Pacific/Auckland | 2026-01-01 | 2025-12-31T11:00:00.000Z`;
  for (const line of DAYS.trim().split('\n')) {
    const [name = '', day = '', begins] = line.split('|').map((cell) => cell.trim());
    it(`${day} begins at ${begins} in ${name}`, () => {
      assert.equal(rfc3339(firstInstantOf(zone(name), date(day))), begins);
    });
  }

  it('shows a day from its first instant on, and not a millisecond earlier', () => {
    const skipped = 'Pacific/Apia 2011-12-30';
    for (const name of ['America/Havana', 'Pacific/Apia', 'Asia/Beirut', 'Africa/Cairo'])
      for (let day = dayNumber(date('2010-01-01')); day < dayNumber(date('2013-01-01')); day += 1) {
        const text = rfc3339((day * 24 * HOUR_MS) as Instant).slice(0, 10);
        if (`${name} ${text}` === skipped) continue;
        const begins = firstInstantOf(zone(name), date(text));
        assert.equal(textOfDate(localDateAt(zone(name), begins)), text, name);
        const before = localDateAt(zone(name), (begins - 1) as Instant);
        assert.ok(dayNumber(before) < day, `${name} ${text}`);
      }
  });
});

function spelled(letter: string, bits: number): string {
  return (bits & 1) === 1 ? letter.toUpperCase() : letter;
}
