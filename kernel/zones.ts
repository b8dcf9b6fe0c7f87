import { assert } from './assert.ts';
import type { Instant } from './brand.ts';
import { DAY_MS, dateOfDay, dayNumber } from './calendar.ts';
import type { CivilDate } from './calendar.ts';
import { offsetFaceOf } from './foreign.ts';

/** From an instant on, a zone's clocks show so many ms more than UTC. */
interface Span {
  readonly from: number;
  readonly offset_ms: number;
}

/** An IANA time zone, with what has been asked of it so far: asking costs a microsecond each. */
export interface Zone {
  readonly name: string;
  readonly face: Intl.DateTimeFormat;
  /** The spans of each UTC year, the first of which begins with the year. */
  readonly years: Map<number, readonly Span[]>;
}

/**
 * A probe every three days finds every change: the shortest that the database knows of was taken
 * back after four (Freetown, 1939).
 */
const PROBE_MS = 3 * DAY_MS;
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;
/** Texts of other years are read anew each time, so that memory stays bounded. */
const KEPT_YEARS = { first: 1900, last: 2200 };
/** More names than there are zones, links and all; somebody is making up spellings. */
const ZONES_MAX = 1_000;

const zones = new Map<string, Zone>();

/** A zone by its IANA name; null when there is none. The database is that of the running Node. */
export function zoneOf(name: string): Zone | null {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const face = offsetFaceOf(name);
  if (face === null) return null;
  if (zones.size >= ZONES_MAX) zones.clear();
  const zone = { name, face, years: new Map<number, readonly Span[]>() };
  zones.set(name, zone);
  return zone;
}

/** How many ms the clocks of a zone are ahead of UTC. */
export function offsetAt(zone: Zone, at: Instant): number {
  const { year } = dateOfDay(Math.floor(at / DAY_MS));
  const span = spansOf(zone, year).findLast(({ from }) => from <= at);
  assert(span !== undefined, 'a year begins with a span');
  return span.offset_ms;
}

/** The day that calendars in a zone show. */
export function localDateAt(zone: Zone, at: Instant): CivilDate {
  return dateOfDay(Math.floor((at + offsetAt(zone, at)) / DAY_MS));
}

/**
 * When a day begins in a zone: the first instant at which calendars there show it. Where clocks
 * skip midnight that is later than 00:00; a day that was skipped whole begins with the next one.
 */
export function firstInstantOf(zone: Zone, date: CivilDate): Instant {
  const midnight = dayNumber(date) * DAY_MS;
  // No place is a whole day ahead of UTC, or behind it.
  const spans = spansBetween(zone, midnight - DAY_MS, midnight + DAY_MS);
  for (const [place, { from, offset_ms }] of spans.entries()) {
    const begins = Math.max(from, midnight - offset_ms);
    if (begins < (spans[place + 1]?.from ?? Infinity)) return begins as Instant;
  }
  return assert(false, 'the last span has no end') as never;
}

/** The spans that hold between two instants; the first may have begun before. */
function spansBetween(zone: Zone, from: number, to: number): readonly Span[] {
  const first = dateOfDay(Math.floor(from / DAY_MS)).year;
  const last = dateOfDay(Math.floor(to / DAY_MS)).year;
  const spans = [...spansOf(zone, first), ...(last > first ? spansOf(zone, last) : [])];
  const start = spans.findLastIndex((span) => span.from <= from);
  return spans.slice(start).filter((span) => span.from < to);
}

function spansOf(zone: Zone, year: number): readonly Span[] {
  const known = zone.years.get(year);
  if (known !== undefined) return known;
  const spans = readSpans(zone, year);
  if (year >= KEPT_YEARS.first && year <= KEPT_YEARS.last) zone.years.set(year, spans);
  return spans;
}

function readSpans({ face }: Zone, year: number): readonly Span[] {
  const start = dayNumber({ year, month: 1, day: 1 }) * DAY_MS;
  const end = dayNumber({ year: year + 1, month: 1, day: 1 }) * DAY_MS;
  const spans: Span[] = [{ from: start, offset_ms: readOffset(face, start) }];
  for (let seen = start; seen < end - 1;) {
    const probe = Math.min(seen + PROBE_MS, end - 1);
    const now = spans.at(-1)?.offset_ms;
    if (readOffset(face, probe) === now) seen = probe;
    else {
      seen = changeAfter(face, seen, probe);
      spans.push({ from: seen, offset_ms: readOffset(face, seen) });
    }
  }
  return spans;
}

/** The first instant at which the offset is no longer that of `seen`; by `probe` it is another. */
function changeAfter(face: Intl.DateTimeFormat, seen: number, probe: number): number {
  const before = readOffset(face, seen);
  let [same, other] = [seen, probe];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (readOffset(face, middle) === before) same = middle;
    else other = middle;
  }
  return other;
}

function readOffset(face: Intl.DateTimeFormat, at: number): number {
  const text = face.format(at);
  const found = OFFSET.exec(text);
  assert(found !== null, `no offset in ${text}`);
  const [, sign, hours = 0, minutes = 0, seconds = 0] = found;
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (sign === '-' ? -size : size) * 1000;
}
