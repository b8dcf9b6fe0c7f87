import { chargeOf } from '../billing/rate.ts';
import type { Address, AddressType } from '../kernel/address.ts';
import { decimalOf, type Micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';
import type { Bounds, PlacedLeg } from '../flows/check/bounds.ts';
import type { RoutePreview } from '../engine/engine.ts';

/** The routes that lead to a destination. */
export type Lanes = (destination: Address) => Promise<RoutePreview>;

export interface WorstCase {
  readonly bounds: Bounds;
  /** Who is called; null where that was not said. */
  readonly destination: Address | null;
  readonly talk_ms_max: number;
  readonly lanes: Lanes;
}

interface Unbounded {
  readonly figure: 'duration' | 'calls' | 'amount';
  readonly pointer: string;
  readonly action_id: string | null;
  readonly why: string;
}

/** What one part of the money can come to, or why nobody can tell. */
type Share =
  { readonly micros: number; readonly currency: string } | { readonly unknown: Unbounded };

/** Destinations priced for one flow; a flow that calls more has no bound that can be told. */
const DESTINATIONS_MAX = 50;

/** The figures of a flow at its worst, as they are answered. */
export async function worstCaseJson(worst: WorstCase): Promise<object> {
  const { bounds, talk_ms_max } = worst;
  const { duration_ms, actions, calls } = bounds;
  const shares = await sharesOf(worst);
  const sum = shares.reduce((all, share) => all + ('micros' in share ? share.micros : 0), 0);
  const unknown = shares.flatMap((share) => ('unknown' in share ? [share.unknown] : []));
  const told = unknown.length > 0 || !Number.isSafeInteger(sum) ? null : (sum as Micros);
  const currencies = shares.flatMap((share) => ('micros' in share ? [share.currency] : []));
  return {
    duration_ms,
    talk_ms: talkMs(duration_ms, talk_ms_max),
    actions,
    calls,
    currency: told === null ? null : (currencies[0] ?? null),
    amount: told === null ? null : decimalOf(told),
    unbounded: [...bounds.unbounded, ...unknown],
  };
}

function talkMs(duration_ms: number | null, talk_ms_max: number): number {
  return duration_ms === null ? talk_ms_max : Math.min(duration_ms, talk_ms_max);
}

/** The leg itself, and every leg it may place: those talk as long as any call of this one may. */
async function sharesOf(worst: WorstCase): Promise<readonly Share[]> {
  const { bounds, destination, talk_ms_max, lanes } = worst;
  if (destination === null) return [unknown('', 'it was not said who is called')];
  const talk_ms = talkMs(bounds.duration_ms, talk_ms_max);
  const own = shareOf(await lanes(destination), { talk_ms, times: 1, pointer: '/destination' });
  if (bounds.calls === null)
    return [own, unknown('', 'nobody can tell how many calls it places, or where')];
  if (bounds.legs.length > DESTINATIONS_MAX)
    return [own, unknown('', 'it calls too many destinations to price them')];
  const placed = await Promise.all(bounds.legs.map((leg) => placedShare(leg, worst)));
  return [own, ...placed];
}

async function placedShare(
  { pointer, type, target, times }: PlacedLeg,
  { lanes, talk_ms_max }: WorstCase,
): Promise<Share> {
  if (target === null) return unknown(pointer, 'its destination is known only when it runs');
  const nameless = { target_name: '', name: '', detail: '' };
  const preview = await lanes({ type: type as AddressType, target, ...nameless });
  return shareOf(preview, { talk_ms: talk_ms_max, times, pointer });
}

function shareOf(
  { candidates }: RoutePreview,
  leg: { readonly talk_ms: number; readonly times: number; readonly pointer: string },
): Share {
  const [first] = candidates;
  if (first === undefined) return unknown(leg.pointer, 'no route leads to the destination');
  const dearest = candidates.map(({ price }) => chargeAt(price, leg.talk_ms));
  if (dearest.includes(null)) return unknown(leg.pointer, 'the price is beyond all measure');
  const micros = Math.max(...dearest.map((charge) => charge ?? 0)) * leg.times;
  return { micros, currency: first.price.currency };
}

/** A charge, as long as it is a number that can be written exactly. */
function chargeAt(price: Price, talk_ms: number): number | null {
  const minutes = talk_ms / 60_000 + price.initial_s / 60 + price.increment_s / 60;
  const about = price.rate_micros_per_minute * minutes + price.connect_fee_micros;
  return about < Number.MAX_SAFE_INTEGER / 2 ? chargeOf(talk_ms, price) : null;
}

function unknown(pointer: string, why: string): Share {
  return { unknown: { figure: 'amount', pointer, action_id: null, why } };
}
