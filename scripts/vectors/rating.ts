import type { Bundle } from '../../billing/bundle.ts';
import { drawFrom } from '../../billing/bundle.ts';
import { marginOf } from '../../billing/margin.ts';
import { billedSeconds, chargeOf, maxTalkMs } from '../../billing/rate.ts';
import { rounded } from '../../kernel/rounding.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, flagOf, moneyOf, wholeOf } from './fields.ts';
import { cases } from './group.ts';
import { mixIn, priceIn } from './prices.ts';

/** Talk only begins with an answer (R2). */
function talkIn(input: Fields): number {
  const talk_ms = wholeOf(input, 'talk_ms');
  return flagOf(input, 'answered', true) ? talk_ms : 0;
}

export const rating = cases((input) => {
  const [price, talk_ms] = [priceIn(input), talkIn(input)];
  return { billed_s: billedSeconds(talk_ms, price), charge_micros: chargeOf(talk_ms, price) };
});

export const max_talk_time = cases((input) => {
  const cap_ms = wholeOf(input, 'max_call_s', { otherwise: 14_400 }) * 1000;
  const talk_ms = maxTalkMs(moneyOf(input, 'available_micros'), priceIn(input), cap_ms);
  return { allowed: talk_ms > 0, max_talk_s: talk_ms / 1000 };
});

export const free_seconds = cases((input) => {
  const bundle: Bundle = {
    id: 'bundle',
    seconds_left: wholeOf(input, 'free_seconds_left'),
    prefix_length: 0,
    tm_expire: null,
    covers_connect_fee: flagOf(input, 'bundle_covers_connect_fee', false),
  };
  const drawn = drawFrom([bundle], talkIn(input), priceIn(input));
  const free_seconds_left = bundle.seconds_left - drawn.free_s;
  return { ...drawn, free_seconds_used: drawn.free_s, free_seconds_left };
});

export const margin = cases((input) => {
  const [sell, buy] = ['sell', 'buy'].map((side) => priceIn(fieldsOf(input[side], side)));
  const sides = { sell: sell as NonNullable<typeof sell>, buy: buy as NonNullable<typeof buy> };
  const found = marginOf(sides, mixIn(input['duration_histogram']));
  return {
    headline_rate_margin_positive: found.headline_positive,
    expected_sell_micros: Number(rounded(found.expected_sell)),
    expected_buy_micros: Number(rounded(found.expected_buy)),
    profitable_on_expected_mix: found.covers_cost,
  };
});
