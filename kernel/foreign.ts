/** What a text from elsewhere turned out to be. */
export type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/**
 * JSON.parse as a value. The language says "not JSON" and "no such time zone" only by throwing;
 * this file is the one place where the core turns that into an answer.
 */
export function parseJson(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

const zones = new Map<string, Intl.DateTimeFormat>();

/** Says how far a zone is from UTC, as `GMT-05:00` at the end of the text; null: no such zone. */
export function offsetFaceOf(time_zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: time_zone, timeZoneName: 'longOffset' });
  } catch {
    return null;
  }
}

/** A Gregorian calendar and clock of an IANA time zone; null when there is no such zone. */
export function clockFaceOf(time_zone: string): Intl.DateTimeFormat | null {
  const known = zones.get(time_zone);
  if (known !== undefined) return known;
  try {
    const face = new Intl.DateTimeFormat('en-US', {
      timeZone: time_zone,
      hourCycle: 'h23',
      weekday: 'short',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    zones.set(time_zone, face);
    return face;
  } catch {
    return null;
  }
}
