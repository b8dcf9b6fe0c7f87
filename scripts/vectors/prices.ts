import { micros } from '../../kernel/money.ts';
import { ROUNDINGS } from '../../kernel/rounding.ts';
import type { Price } from '../../calls/call.ts';
import type { Mix } from '../../billing/mix.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, listOf, Malformed, shown, wholeOf, wordOf } from './fields.ts';

/** A price as vectors write it. What a group does not have is as the rules say by default. */
export function priceIn(fields: Fields): Price {
  const rate = wholeOf(fields, 'rate_per_min_micros');
  const initial_rate = wholeOf(fields, 'initial_rate_per_min_micros', { otherwise: rate });
  const minimum = fields['minimum_charge_micros'] ?? fields['minimum_micros'] ?? 0;
  return {
    currency: 'USD',
    rate_micros_per_minute: micros(rate),
    initial_rate_micros_per_minute: micros(initial_rate),
    connect_fee_micros: micros(wholeOf(fields, 'connect_fee_micros', { otherwise: 0 })),
    minimum_micros: micros(wholeOf({ minimum }, 'minimum')),
    initial_s: wholeOf(fields, 'initial_s'),
    increment_s: wholeOf(fields, 'increment_s', { least: 1 }),
    rounding: wordOf(fields, 'rounding', { words: ROUNDINGS, otherwise: 'half_up' }),
    round_to_micros: micros(wholeOf(fields, 'round_to_micros', { least: 1, otherwise: 1 })),
  };
}

/** `[rate, initial, increment]`, with a connect fee after them where there is one. */
export function priceInRow(value: unknown, name: string): Price {
  const [rate_per_min_micros, initial_s, increment_s, connect_fee_micros] = listOf(value, name);
  return priceIn({ rate_per_min_micros, initial_s, increment_s, connect_fee_micros });
}

const DECIMAL = /^(\d+)(?:\.(\d+))?$/;
/** A share is written with so many decimal places at most. */
const PLACES = 9;

/** Shares are decimals in a file and whole parts here, digit by digit: no float is multiplied. */
export function mixIn(value: unknown): Mix {
  const bins = listOf(value, 'duration_histogram').map((each) => {
    const fields = fieldsOf(each, 'a bin');
    return { talk_s: wholeOf(fields, 'talk_s'), weight: partsOf(fields['share']) };
  });
  return { bins, total: 10 ** PLACES };
}

function partsOf(share: unknown): number {
  const found = typeof share === 'number' ? DECIMAL.exec(String(share)) : null;
  if (found === null) throw new Malformed(`share is not a decimal: ${shown(share)}`);
  const [, whole = '', fraction = ''] = found;
  return Number(`${whole}${fraction.slice(0, PLACES).padEnd(PLACES, '0')}`);
}
