import { wavMs } from '../../media/tone.ts';
import { hear, ON, pickUp, type Stage, urlIn, type Verb, wholeIn } from '../stage.ts';
import { pause } from '../../waiting.ts';
import type { Element } from '../twiml.ts';

const MS_PER_CHARACTER = 60;
const TEXT_CHARACTERS_MAX = 4_096;
const PLAY_MS = 2_000;
const DIGIT_MS = 200;
const FETCH_MS = 15_000;
/** `loop="0"` is for ever, which Twilio takes as a thousand times. */
const LOOPS_MAX = 1_000;

/** Something to be heard: what, for how long, how often. `digits` are keys the far end gets. */
interface Sound {
  readonly what: string;
  readonly ms: number;
  readonly loops: number;
  readonly digits: string;
}

/**
 * Lets the party hear what Say, Play or Pause stands for, until `early` fires. Whether it was heard
 * to its end.
 */
export async function sound(stage: Stage, element: Element, early?: AbortSignal): Promise<boolean> {
  const it = await soundOf(stage, element);
  if (it === null) return true;
  for (let round = 0; round < it.loops; round += 1) {
    if (early?.aborted === true) return false;
    if (it.what !== '') hear(stage, it.what, it.digits);
    if (!(await pause(stage, it.ms, early))) return false;
  }
  return true;
}

async function soundOf(stage: Stage, element: Element): Promise<Sound | null> {
  const loops = wholeIn(element, 'loop', 1) === 0 ? LOOPS_MAX : wholeIn(element, 'loop', 1);
  switch (element.name) {
    case 'Pause':
      return { what: '', ms: wholeIn(element, 'length', 1) * 1_000, loops: 1, digits: '' };
    case 'Play':
      return playSound(stage, element, loops);
    default: {
      const text = element.text.trim();
      if (text === '' || text.length > TEXT_CHARACTERS_MAX) {
        complain(stage, '13520', `Say cannot say ${text.length} characters`);
        return null;
      }
      return { what: `say: ${text}`, ms: text.length * MS_PER_CHARACTER, loops, digits: '' };
    }
  }
}

async function playSound(stage: Stage, element: Element, loops: number): Promise<Sound | null> {
  const { digits } = element.attributes;
  if (digits !== undefined)
    return { what: `dtmf: ${digits}`, ms: digits.length * DIGIT_MS, loops, digits };
  const url = urlIn(stage, element.text.trim());
  const ms = await lengthOf(stage, url);
  return ms === null ? null : { what: `play: ${url}`, ms, loops, digits: '' };
}

/** How long a file plays. Files elsewhere are not fetched and last two seconds. */
async function lengthOf(stage: Stage, url: string): Promise<number | null> {
  const { courier } = stage.world;
  if (!URL.canParse(url)) return complain(stage, '11100', `Play cannot fetch ${url}`);
  const reached = courier.reach(url);
  if (reached.hostname !== '127.0.0.1' && reached.hostname !== 'localhost') return PLAY_MS;
  const got = await courier.send({
    method: 'GET',
    url,
    headers: { accept: 'audio/*' },
    body: '',
    timeout_ms: FETCH_MS,
  });
  if (!got.ok || got.status >= 400)
    return complain(stage, '11200', `Play: ${url} ${got.ok ? String(got.status) : got.detail}`);
  return wavMs(got.body) ?? PLAY_MS;
}

function complain({ world, call }: Stage, code: string, text: string): null {
  world.journal.complain(code, call.sid, text);
  return null;
}

const audible: Verb = async (stage, element) => {
  pickUp(stage);
  await sound(stage, element);
  return ON;
};

export const say: Verb = audible;
export const play: Verb = audible;

/** A pause before anything else delays picking up. */
export const pauseFor: Verb = async (stage, element) => {
  await sound(stage, element);
  return ON;
};

const FOR_EVER_MS = 2_000_000_000;

export const echo: Verb = async (stage) => {
  pickUp(stage);
  hear(stage, 'echo');
  await pause(stage, FOR_EVER_MS);
  return ON;
};
