import type { Instruction } from '../../calls/instruction.ts';
import type { Piece } from '../playlists.ts';
import { partsOf } from '../texts.ts';
import { urlOf, type Spot } from './paths.ts';
import { document, element, type Element } from './twiml.ts';
import { voiceOf } from './voices.ts';

/** The leg a document is for, and where its notices go. */
export interface Leg {
  readonly notice_url: string;
  readonly attempt_id: string;
  /** The room it goes back to when it has nothing else to do; empty for none. */
  readonly room_id: string;
}

/** A piece of an order, as Twilio is given it. */
export interface Item extends Piece {
  readonly verbs: readonly Element[];
  /** Whether keys are heard meanwhile; the first one cuts it short. */
  readonly listens: boolean;
}

/** Texts longer than this are said in parts: a document that is pushed holds 4,000 characters. */
const TEXT_MAX = 1_500;
const MS_PER_CHARACTER = 150;
const PLAY_MS_MAX = 3_600_000;
const SLACK_MS = 5_000;
/** How long a leg waits before it asks again what to do, in seconds. */
const REST_S = 600;
const RING_S = 20;

/** The parts of an order that takes time; null for one that takes none. */
export function itemsOf(
  instruction: Instruction,
  { effect_id, notice_url }: { readonly effect_id: string; readonly notice_url: string },
): readonly Item[] | null {
  const one = { effect_id, part: 0, is_last: true, cut_after_ms: null, is_pushed: false };
  const whole = (verbs: readonly Element[], ms_max: number, listens = true): Item[] => [
    { ...one, verbs, listens, ms_max: ms_max + SLACK_MS },
  ];
  switch (instruction.do) {
    case 'say':
      return sayItems(instruction, effect_id);
    case 'play':
      return whole(
        instruction.urls.map((url) => element('Play', {}, url)),
        PLAY_MS_MAX,
      );
    case 'beep':
      return whole([element('Play', {}, urlOf(notice_url, { place: 'beep' }))], 1_000, false);
    case 'send_digits': {
      const { digits } = instruction;
      return whole([element('Play', { digits: `w${digits}` })], digits.length * 1_000, false);
    }
    case 'echo': {
      const cut_after_ms = instruction.duration_ms;
      const ms_max = cut_after_ms + SLACK_MS;
      return [{ ...one, verbs: [element('Echo')], listens: false, ms_max, cut_after_ms }];
    }
    default:
      return null;
  }
}

function sayItems(
  { text, language, gender }: Extract<Instruction, { do: 'say' }>,
  effect_id: string,
): Item[] {
  const voice = voiceOf(language, gender);
  const parts = partsOf(text, TEXT_MAX);
  return parts.map((each, part) => ({
    effect_id,
    part,
    is_last: part === parts.length - 1,
    verbs: [element('Say', { voice: voice.voice, language: voice.language }, each)],
    listens: true,
    ms_max: each.length * MS_PER_CHARACTER + SLACK_MS,
    cut_after_ms: null,
    is_pushed: false,
  }));
}

/** The document that carries an item out and then tells us so. */
export function itemDocument(leg: Leg, item: Item): string {
  const { notice_url, attempt_id, room_id } = leg;
  const { effect_id, part, is_last, verbs, listens } = item;
  const about = { attempt_id, effect_id, room_id };
  const done = urlOf(notice_url, { place: 'done', ...about, part, is_last });
  const cut = urlOf(notice_url, { place: 'cut', ...about });
  const heard = listens
    ? [element('Gather', { ...ONE_KEY, timeout: 1, action: cut, method: 'POST' }, verbs)]
    : verbs;
  return document([...heard, element('Redirect', { method: 'POST' }, done)]);
}

/** The document that ends an item which would go on for ever. */
export function cutDocument(leg: Leg, { effect_id, part, is_last }: Item): string {
  const { notice_url, attempt_id, room_id } = leg;
  const spot = { place: 'done', attempt_id, effect_id, room_id, part, is_last } as const;
  return document([element('Redirect', { method: 'POST' }, urlOf(notice_url, spot))]);
}

const ONE_KEY = { input: 'dtmf', numDigits: 1, finishOnKey: '' };

/** What a leg does while nothing is asked of it: it is in its room, or waits for keys. */
export function restDocument(leg: Leg, { mark, count }: Pick<Spot, 'mark' | 'count'>): string {
  return document(leg.room_id === '' ? waiting(leg, { mark, count }) : roomVerbs(leg, mark));
}

/** Each key is told at an address of its own, so that one told twice is known for one. */
function waiting(
  { notice_url, attempt_id }: Leg,
  { mark, count }: Pick<Spot, 'mark' | 'count'>,
): Element[] {
  const next = urlOf(notice_url, { place: 'rest', attempt_id, mark, count: count + 1 });
  const patience = { timeout: REST_S, actionOnEmptyResult: true };
  return [element('Gather', { ...ONE_KEY, ...patience, action: next, method: 'POST' })];
}

function roomVerbs({ notice_url, attempt_id, room_id }: Leg, mark: string): Element[] {
  const silent = { beep: false, waitUrl: '' };
  const ways = { startConferenceOnEnter: true, endConferenceOnExit: false };
  const after = urlOf(notice_url, { place: 'rest', attempt_id, mark });
  return [
    element('Dial', {}, [element('Conference', { ...silent, ...ways }, room_id)]),
    element('Redirect', { method: 'POST' }, after),
  ];
}

/** A call that has come in rings on: a pause before anything else does not answer it. */
export function ringDocument({ notice_url, attempt_id }: Leg): string {
  const again = urlOf(notice_url, { place: 'in', attempt_id });
  return document([
    element('Pause', { length: RING_S }),
    element('Redirect', { method: 'POST' }, again),
  ]);
}

/** Answers a call that has come in, by half a second of silence, and tells us so. */
export function pickUpDocument({ notice_url, attempt_id }: Leg): string {
  const then = urlOf(notice_url, { place: 'picked_up', attempt_id });
  return document([
    element('Play', { digits: 'w' }),
    element('Redirect', { method: 'POST' }, then),
  ]);
}

/** Turns a call that has come in down. Twilio knows two ways to. */
export function rejectDocument(is_busy: boolean): string {
  return document([element('Reject', { reason: is_busy ? 'busy' : 'rejected' })]);
}

/** Ends a call, whatever it did. */
export const HANG_UP = document([element('Hangup')]);
