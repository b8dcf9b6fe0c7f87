/** Where on our side Twilio calls, under a provider's notice_url. */

/**
 * answer: the first document of a call · status: its steps · amd: who answered · rest: what a leg
 * does while it waits · done: an order has been carried out · cut: a key cut it short · in: a call
 * that comes in · picked_up: such a call has been answered · beep: the sound of a beep.
 */
const PLACES = [
  ...(['answer', 'status', 'amd', 'rest', 'done', 'cut', 'in', 'picked_up', 'beep'] as const),
];
export type Place = (typeof PLACES)[number];

/** An address of ours. What Twilio is asked to do next follows from it alone. */
export interface Spot {
  readonly place: Place;
  /** Empty for calls that come in, which have no name of ours yet. */
  readonly attempt_id: string;
  /** done, cut: the order it is about. */
  readonly effect_id: string;
  /** rest: names a stretch of waiting, and how many keys were pressed in it before. */
  readonly mark: string;
  readonly count: number;
  /** done: which part of the order; the last one ends it. */
  readonly part: number;
  readonly is_last: boolean;
  /** The room to go back to; empty for none. */
  readonly room_id: string;
  /** status: the limit of the talk that Twilio was given, in seconds; 0 for none. */
  readonly limit_s: number;
}

const NOWHERE: Omit<Spot, 'place'> = {
  attempt_id: '',
  effect_id: '',
  mark: '',
  count: 0,
  part: 0,
  is_last: true,
  room_id: '',
  limit_s: 0,
};

/** Makes the address of a spot, absolute. */
export function urlOf(notice_url: string, spot: Partial<Spot> & Pick<Spot, 'place'>): string {
  const { place, attempt_id, effect_id, mark, count, part, is_last, room_id, limit_s } = {
    ...NOWHERE,
    ...spot,
  };
  const path = [place, attempt_id, effect_id].filter((each) => each !== '').map(encodeURIComponent);
  const query = new URLSearchParams({
    ...(mark === '' ? {} : { mark, count: String(count) }),
    ...(place === 'done' ? { part: String(part), last: is_last ? '1' : '0' } : {}),
    ...(room_id === '' ? {} : { room: room_id }),
    ...(limit_s === 0 ? {} : { limit: String(limit_s) }),
  }).toString();
  return `${notice_url}/${path.join('/')}${query === '' ? '' : `?${query}`}`;
}

/** Reads a path and query under notice_url; null for what we never gave out. */
export function spotOf(path: string): Spot | null {
  const [before = '', query = ''] = path.split('?');
  const [root, place = '', attempt_id = '', effect_id = '', ...more] = before.split('/');
  const known = PLACES.find((each) => each === place);
  if (root !== '' || more.length > 0 || known === undefined) return null;
  const words = new URLSearchParams(query);
  const whole = (name: string): number => {
    const text = words.get(name) ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : 0;
  };
  return {
    place: known,
    attempt_id: decoded(attempt_id),
    effect_id: decoded(effect_id),
    mark: words.get('mark') ?? '',
    count: whole('count'),
    part: whole('part'),
    is_last: words.get('last') !== '0',
    room_id: words.get('room') ?? '',
    limit_s: whole('limit'),
  };
}

/** What cannot be decoded was never encoded by us, and stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
