import { act, type Draft, noted, NOTHING, only, repeated, together } from './draft.ts';
import type { Element } from './xml.ts';

/** One verb of a document, and the id its first action has. */
export interface Verb {
  readonly element: Element;
  readonly id: string;
}

export function placeOf({ line }: Element): string {
  return `line ${line}`;
}

export function attributeOf({ attributes }: Element, name: string, otherwise: string): string {
  return attributes[name] ?? otherwise;
}

/** A whole number of seconds, or of anything else; what is none counts as left out. */
export function secondsOf(element: Element, name: string, otherwise: number): number {
  const text = attributeOf(element, name, '');
  return /^\d{1,6}$/.test(text) ? Number(text) : otherwise;
}

const GENDERS: Readonly<Record<string, string>> = { man: 'male', woman: 'female', alice: 'female' };

/** Say or Play. `skips`: a key pressed meanwhile skips it. */
export function promptDraft({ element, id }: Verb, skips: boolean): Draft {
  const place = placeOf(element);
  const digits_handle = skips ? { digits_handle: 'next' } : {};
  const times = secondsOf(element, 'loop', 1);
  const text = element.text.trim().replaceAll(/\s+/g, ' ');
  if (element.name === 'Play') return playDraft(element, { digits_handle, times, id });
  const voice = attributeOf(element, 'voice', '');
  const gender = GENDERS[voice] ?? 'neutral';
  const language = attributeOf(element, 'language', 'en-US');
  const action = act('talk', { text, language, gender, ...digits_handle });
  return together([
    only(...repeated(action, times, id)),
    voice === '' || voice in GENDERS
      ? NOTHING
      : noted('differs', place, `the voice ${voice} is not kept: a gender can be asked for`),
    element.children.length === 0
      ? NOTHING
      : noted('differs', place, 'its SSML is left out: write it into the text'),
  ]);
}

function playDraft(
  element: Element,
  how: { readonly digits_handle: object; readonly times: number; readonly id: string },
): Draft {
  const digits = attributeOf(element, 'digits', '');
  if (digits !== '') {
    const keys = digits.replaceAll(/[^0-9A-D*#]/g, '');
    const send = keys === '' ? NOTHING : only(act('digits_send', { digits: keys }));
    const waits = /[wW]/.test(digits);
    return together([
      send,
      waits ? noted('differs', placeOf(element), 'its pauses (w) are left out') : NOTHING,
    ]);
  }
  const play = act('play', { stream_urls: [element.text.trim()], ...how.digits_handle });
  return only(...repeated(play, how.times, how.id));
}
