import { DIGITS_KEPT_MAX } from './limits.ts';
import { DIGITS, DIGITS_UNREAD, valueOf, type Variables } from './variables.ts';

/** The keys of a telephone (ITU-T Q.23). */
export const KEYS = '0123456789ABCD*#';

/** The variables after keys were pressed: every key is kept until an action has read it. */
export function press(variables: Variables, digits: string): Variables {
  return {
    ...variables,
    [DIGITS]: (valueOf(variables, DIGITS) + digits).slice(-DIGITS_KEPT_MAX),
    [DIGITS_UNREAD]: (valueOf(variables, DIGITS_UNREAD) + digits).slice(-DIGITS_KEPT_MAX),
  };
}

/** When a digits_receive has enough: after `length` keys, or at any of the keys in `key`. */
export interface Wanted {
  readonly length: number;
  readonly key: string;
}

/** What a digits_receive takes from the keys pressed. */
export interface Taken {
  readonly complete: boolean;
  /** Without the key that ended them. */
  readonly digits: string;
  /** Keys pressed beyond the end: they wait for the next digits_receive. */
  readonly rest: string;
}

export function take(pressed: string, { length, key }: Wanted): Taken {
  const end = [...pressed].findIndex((digit) => key.includes(digit));
  if (end !== -1 && end <= length)
    return { complete: true, digits: pressed.slice(0, end), rest: pressed.slice(end + 1) };
  if (pressed.length < length) return { complete: false, digits: pressed, rest: '' };
  return { complete: true, digits: pressed.slice(0, length), rest: pressed.slice(length) };
}
