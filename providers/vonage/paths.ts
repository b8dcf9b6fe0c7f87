/**
 * Where on our side Vonage calls, under a provider's notice_url. answer: the first NCCO of a call ·
 * event: its steps · keys: a key was pressed · rest: a leg has waited for long · done: an order has
 * been carried out · beep: the sound of a beep.
 */
const PLACES = ['answer', 'event', 'keys', 'rest', 'done', 'beep'] as const;
export type Place = (typeof PLACES)[number];

/** An address of ours. What Vonage is asked to do next follows from it alone. */
export interface Spot {
  readonly place: Place;
  readonly attempt_id: string;
  /** done: the order it is about, which part of it, and whether that ends it. */
  readonly effect_id: string;
  readonly part: number;
  readonly is_last: boolean;
  /** The room to go back to; empty for none. */
  readonly room_id: string;
  /** event: the limit of the talk that Vonage was given, in seconds; 0 for none. */
  readonly limit_s: number;
}

const NOWHERE = { attempt_id: '', effect_id: '', part: 0, is_last: true, room_id: '', limit_s: 0 };

/** Makes the address of a spot, absolute. */
export function urlOf(notice_url: string, spot: Partial<Spot> & Pick<Spot, 'place'>): string {
  const { place, attempt_id, effect_id, part, is_last, room_id, limit_s } = { ...NOWHERE, ...spot };
  const path = [place, attempt_id, effect_id].filter((each) => each !== '').map(encodeURIComponent);
  const query = new URLSearchParams({
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
