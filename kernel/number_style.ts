import { isE164 } from './address.ts';

/**
 * How one network writes telephone numbers. Ours are E.164 throughout; they are rewritten for each
 * try from the original, never from what another carrier was sent (N2).
 */
export interface NumberStyle {
  /** What stands before the country code: `+`, nothing, `00`, `011` … */
  readonly international: string;
  /** Numbers of this country are written with a trunk prefix in place of its code. */
  readonly national: { readonly country_code: string; readonly trunk: string } | null;
  /** What the carrier wants before everything else, such as `9912#`. */
  readonly tech_prefix: string;
}

/** The way numbers are written everywhere inside. */
export const PLAIN_STYLE: NumberStyle = { international: '+', national: null, tech_prefix: '' };

const CODE = /^[1-9][0-9]{0,2}$/;
const DIGITS = /^[0-9]+$/;

/** What is wrong with a style, in words; null when numbers written in it can be read back. */
export function styleFault({ international, national, tech_prefix }: NumberStyle): string | null {
  if (!/^\+?[0-9]{0,5}$/.test(international)) return 'no network dials abroad like that';
  if (!/^[0-9*#]{0,16}$/.test(tech_prefix)) return 'a tech prefix is digits, * and #';
  if (national === null) return null;
  const { country_code, trunk } = national;
  if (!CODE.test(country_code)) return 'a country code has one to three digits';
  if (!DIGITS.test(trunk)) return 'a trunk prefix is digits';
  if (international.startsWith(trunk) && trunk !== '0') return 'both prefixes begin alike';
  const ambiguous = international === '' && !trunk.startsWith('0');
  return ambiguous ? 'numbers from abroad can begin like the trunk prefix' : null;
}

/** An E.164 number as a network wants it. */
export function writtenFor(number: string, style: NumberStyle): string {
  const { international, tech_prefix } = style;
  return tech_prefix + (writtenAtHome(number.slice(1), style) ?? international + number.slice(1));
}

/** null: it is of another country, or would read like a number of one. */
function writtenAtHome(digits: string, { international, national }: NumberStyle): string | null {
  if (national === null || !digits.startsWith(national.country_code)) return null;
  const home = national.trunk + digits.slice(national.country_code.length);
  return international !== '' && home.startsWith(international) ? null : home;
}

/**
 * The E.164 number that a network's writing stands for (N3); null where it is none: callers may be
 * anonymous, or internal, and are then kept as they came. A number with a plus is always one.
 */
export function readFrom(text: string, style: NumberStyle): string | null {
  const { international, national, tech_prefix } = style;
  const number = text.startsWith(tech_prefix) ? text.slice(tech_prefix.length) : text;
  if (number.startsWith('+')) return isE164(number) ? number : null;
  if (international !== '' && number.startsWith(international))
    return known(number.slice(international.length));
  if (national !== null && number.startsWith(national.trunk))
    return known(national.country_code + number.slice(national.trunk.length));
  return international === '' ? known(number) : null;
}

function known(digits: string): string | null {
  return isE164(`+${digits}`) ? `+${digits}` : null;
}
