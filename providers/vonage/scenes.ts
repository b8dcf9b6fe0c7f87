import type { Instruction } from '../../calls/instruction.ts';
import type { Piece } from '../playlists.ts';
import { legal, partsOf } from '../texts.ts';
import { urlOf } from './paths.ts';

/** One action of an NCCO. */
export type Action = Readonly<Record<string, unknown>>;

/** The leg an NCCO is for, and where its notices go. */
export interface Leg {
  readonly notice_url: string;
  readonly attempt_id: string;
  /** The room it goes back to when it has nothing else to do; empty for none. */
  readonly room_id: string;
}

/** A piece of an order, as Vonage is given it. */
export interface Item extends Piece {
  readonly actions: readonly Action[];
  /** Keys the far end gets, which no NCCO can send. */
  readonly digits: string;
}

/** What an order is made into an NCCO with. */
export interface Setting {
  readonly effect_id: string;
  readonly notice_url: string;
  readonly styles: Readonly<Record<string, number>>;
}

/** Vonage says at most this many characters in one go. */
const TEXT_MAX = 1_500;
const MS_PER_CHARACTER = 150;
const PLAY_MS_MAX = 3_600_000;
const SLACK_MS = 5_000;
const DIGIT_MS = 300;
/** The longest an NCCO waits, in seconds. */
const WAIT_S = 7_200;

/** The parts of an order that takes time; null for one that takes none. */
export function itemsOf(instruction: Instruction, setting: Setting): readonly Item[] | null {
  const { effect_id, notice_url } = setting;
  const one = { effect_id, part: 0, is_last: true, cut_after_ms: null, is_pushed: false };
  const plain = { ...one, digits: '' };
  switch (instruction.do) {
    case 'say':
      return sayItems(instruction, setting);
    case 'play':
      return [{ ...plain, actions: instruction.urls.map(stream), ms_max: PLAY_MS_MAX }];
    case 'beep': {
      const actions = [stream(urlOf(notice_url, { place: 'beep' }))];
      return [{ ...plain, actions, ms_max: SLACK_MS }];
    }
    case 'send_digits': {
      const digits = instruction.digits.replace(/w/gi, 'p').replace(/[^0-9*#p]/g, '');
      const ms = Math.max(1, digits.length) * DIGIT_MS;
      const actions = [{ action: 'wait', timeout: ms / 1_000 }];
      return [{ ...one, digits, actions, ms_max: ms + SLACK_MS, is_pushed: true }];
    }
    default:
      return null;
  }
}

function stream(url: string): Action {
  return { action: 'stream', streamUrl: [url] };
}

function sayItems(
  { text, language, gender }: Extract<Instruction, { do: 'say' }>,
  { effect_id, styles }: Setting,
): Item[] {
  const parts = partsOf(spoken(text), TEXT_MAX);
  const name = `${language}/${gender}`;
  const style = (Object.hasOwn(styles, name) ? styles[name] : undefined) ?? 0;
  return parts.map((each, part) => ({
    effect_id,
    part,
    is_last: part === parts.length - 1,
    actions: [{ action: 'talk', text: each, language, style }],
    digits: '',
    ms_max: each.length * MS_PER_CHARACTER + SLACK_MS,
    cut_after_ms: null,
    is_pushed: false,
  }));
}

/** A text as it is said: what would be taken for speech markup is none. */
function spoken(text: string): string {
  return legal(text).replaceAll('<', ' ').replaceAll('>', ' ');
}

/** The NCCO that carries an item out, tells us so, and then waits. */
export function itemNcco(leg: Leg, { effect_id, part, is_last, actions }: Item): Action[] {
  const { notice_url, attempt_id, room_id } = leg;
  const spot = { place: 'done', attempt_id, effect_id, room_id, part, is_last } as const;
  return [...actions, notify(urlOf(notice_url, spot)), ...restNcco(leg)];
}

/** What a leg does while nothing is asked of it: it is in its room, or waits. Keys are heard. */
export function restNcco({ notice_url, attempt_id, room_id }: Leg): Action[] {
  const keys = urlOf(notice_url, { place: 'keys', attempt_id });
  const hear = { action: 'input', type: ['dtmf'], mode: 'asynchronous', eventUrl: [keys] };
  const room = { action: 'conversation', name: room_id, startOnEnter: true, endOnExit: false };
  const stay = room_id === '' ? { action: 'wait', timeout: WAIT_S } : room;
  return [hear, stay, notify(urlOf(notice_url, { place: 'rest', attempt_id }))];
}

function notify(url: string): Action {
  return { action: 'notify', payload: { tandem: true }, eventUrl: [url] };
}

/** Ends a call: an NCCO has no action for that, but the end of it does. */
export const HANG_UP: readonly Action[] = [{ action: 'wait', timeout: 0.1 }];
