import type { Instant } from '../../kernel/brand.ts';
import type { CivilDate } from '../../kernel/calendar.ts';
import { dateFrom } from '../../kernel/calendar.ts';
import { instantFrom } from '../../kernel/instant.ts';
import type { Micros } from '../../kernel/money.ts';
import { micros } from '../../kernel/money.ts';
import type { Zone } from '../../kernel/zones.ts';
import { zoneOf } from '../../kernel/zones.ts';

/** A case that is not of the shape its group has. The message names the field. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown, name: string): Fields {
  if (isFields(value)) return value;
  throw new Malformed(`${name} is not an object`);
}

export function listOf(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new Malformed(`${name} is not a list`);
}

/** A whole number of at least `least`; `otherwise` where the field is left out. */
export function wholeOf(
  fields: Fields,
  name: string,
  { least = 0, otherwise }: { readonly least?: number; readonly otherwise?: number } = {},
): number {
  const value = fields[name] ?? otherwise;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw new Malformed(`${name} is not a whole number of at least ${least}: ${shown(value)}`);
}

export function anyWhole(fields: Fields, name: string, otherwise?: number): number {
  const bounds = { least: Number.MIN_SAFE_INTEGER };
  return wholeOf(fields, name, otherwise === undefined ? bounds : { ...bounds, otherwise });
}

/** Money of either sign. */
export function moneyOf(fields: Fields, name: string, otherwise?: number): Micros {
  return micros(anyWhole(fields, name, otherwise));
}

export function flagOf(fields: Fields, name: string, otherwise?: boolean): boolean {
  const value = fields[name] ?? otherwise;
  if (typeof value === 'boolean') return value;
  throw new Malformed(`${name} is neither true nor false: ${shown(value)}`);
}

export function textOf(fields: Fields, name: string, otherwise?: string): string {
  const value = fields[name] ?? otherwise;
  if (typeof value === 'string') return value;
  throw new Malformed(`${name} is not a text: ${shown(value)}`);
}

export function wordOf<Word extends string>(
  fields: Fields,
  name: string,
  { words, otherwise }: { readonly words: readonly Word[]; readonly otherwise?: Word },
): Word {
  const text = textOf(fields, name, otherwise);
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  throw new Malformed(`${name} is none of ${words.join(', ')}: ${shown(text)}`);
}

export function timeOf(fields: Fields, name: string): Instant {
  const at = instantFrom(textOf(fields, name));
  if (at !== null) return at;
  throw new Malformed(`${name} is not an RFC 3339 instant: ${shown(fields[name])}`);
}

export function dayOf(fields: Fields, name: string): CivilDate {
  const date = dateFrom(textOf(fields, name));
  if (date !== null) return date;
  throw new Malformed(`${name} is not a date: ${shown(fields[name])}`);
}

export function placeOf(fields: Fields, name = 'time_zone'): Zone {
  const zone = zoneOf(textOf(fields, name));
  if (zone !== null) return zone;
  throw new Malformed(`${name} is not a time zone: ${shown(fields[name])}`);
}

export function shown(value: unknown): string {
  return value instanceof Map
    ? shown(Object.fromEntries(value))
    : (JSON.stringify(value) ?? 'none');
}
