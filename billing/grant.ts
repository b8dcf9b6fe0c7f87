import { micros } from '../kernel/money.ts';
import type { Micros } from '../kernel/money.ts';
import type { Facts, Price } from '../calls/call.ts';
import { QUANTUM_MS } from '../calls/credit.ts';
import { billedSeconds, chargeOf, maxTalkMs } from './rate.ts';

/** Talk that is paid for before it is had: so long from the answer on, for so much held in all. */
export interface Grant {
  readonly granted_ms: number;
  readonly hold_micros: Micros;
}

type Granted = Pick<Facts, 'granted_ms' | 'hold_micros' | 'talk_ms_max'>;

/** Below this a smaller span is no longer worth a try of its own, in ms. */
const SPAN_MS_MIN = 1_000;

/**
 * What to place a call with, by any of these prices: a quantum of talk, and where the account does
 * not bear that, the first block. Best first; at least one.
 */
export function firstGrants(prices: readonly Price[], talk_ms_max: number): Grant[] {
  const nothing = { granted_ms: 0, hold_micros: micros(0), talk_ms_max };
  return distinct([grantFor(QUANTUM_MS, prices, nothing), grantFor(1, prices, nothing)]);
}

/**
 * How a call that talks may be granted more, by the price of who answered: a quantum, then half of
 * it and so on, and last one more increment. Best first; none once it may talk its longest.
 */
export function nextGrants(now: Granted, price: Price): Grant[] {
  if (now.granted_ms >= now.talk_ms_max) return [];
  const spans: number[] = [];
  for (let span = QUANTUM_MS; span >= SPAN_MS_MIN; span = Math.ceil(span / 2)) spans.push(span);
  return distinct([...spans, 1].map((span) => grantFor(now.granted_ms + span, [price], now)));
}

/**
 * The most talk that may be granted at once out of what an account has left, whichever of the
 * prices it comes to (B22): a quantum more, or the first block where that is longer, in whole
 * increments; less where the money is short; null where it does not buy one increment more. What is
 * held for the call already counts as its own. The account may be poorer by the time the grant is
 * held, so that holding it must still be able to fail (B21).
 */
export function grantWithin(
  available: Micros,
  now: Granted & { readonly quantum_ms?: number },
  prices: readonly Price[],
): Grant | null {
  const { granted_ms, hold_micros, talk_ms_max, quantum_ms = QUANTUM_MS } = now;
  const budget = micros(available + hold_micros);
  const talks = prices.map((price) => {
    const whole_ms = billedSeconds(granted_ms + quantum_ms, price) * 1_000;
    return maxTalkMs(budget, price, whole_ms);
  });
  const talk_ms = Math.min(talk_ms_max, ...talks);
  if (talk_ms <= granted_ms) return null;
  const costs = prices.map((price) => chargeOf(talk_ms, price));
  return { granted_ms: talk_ms, hold_micros: micros(Math.max(hold_micros, ...costs)) };
}

/** The least that pays for so much talk by each of the prices, and all the talk it pays for. */
function grantFor(talk_ms: number, prices: readonly Price[], now: Granted): Grant {
  const wanted_ms = Math.min(talk_ms, now.talk_ms_max);
  const costs = prices.map((price) => chargeOf(wanted_ms, price));
  const hold_micros = Math.max(now.hold_micros, ...costs) as Micros;
  const talks = prices.map((price) => {
    // A charge that was rounded down pays for its blocks all the same.
    const blocks_ms = billedSeconds(wanted_ms, price) * 1_000;
    return Math.max(blocks_ms, maxTalkMs(hold_micros, price, now.talk_ms_max));
  });
  return { granted_ms: Math.min(now.talk_ms_max, ...talks), hold_micros };
}

function distinct(grants: readonly Grant[]): Grant[] {
  return grants.filter(({ granted_ms }, place) => granted_ms !== grants[place - 1]?.granted_ms);
}
