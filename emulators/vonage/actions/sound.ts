import { wavMs } from '../../media/tone.ts';
import { pause } from '../../waiting.ts';
import type { Json, World } from '../state.ts';
import { numberIn, ON, type Perform } from '../stage.ts';

const MS_PER_CHARACTER = 60;
const PLAY_MS = 2_000;
const FETCH_MS = 15_000;
const WAIT_S = 10;
/** A loop of 0 is for ever; nobody listens that long. */
const LOOPS_MAX = 10_000;

function loopsIn(action: Json): number {
  const loops = numberIn(action, 'loop', 1);
  return loops === 0 ? LOOPS_MAX : loops;
}

/** How long a text is said. Tags of speech markup are not. */
export function sayingMs(text: string): number {
  return text.replace(/<[^>]*>/g, '').length * MS_PER_CHARACTER;
}

/** How long a file plays; null when it cannot be had. Files elsewhere are not fetched. */
export async function playingMs({ courier }: World, url: string): Promise<number | null> {
  if (!URL.canParse(url)) return null;
  const { hostname } = courier.reach(url);
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') return PLAY_MS;
  const headers = { accept: 'audio/*' };
  const got = await courier.send({ method: 'GET', url, headers, body: '', timeout_ms: FETCH_MS });
  return got.ok && got.status < 400 ? (wavMs(got.body) ?? PLAY_MS) : null;
}

export const talk: Perform = async (stage, action) => {
  const text = String(action['text']);
  for (let round = 0; round < loopsIn(action); round += 1) {
    stage.call.line?.hear(`talk: ${text}`);
    await pause(stage, sayingMs(text));
  }
  return ON;
};

export const stream: Perform = async (stage, action) => {
  const [url = ''] = (action['streamUrl'] ?? []) as readonly string[];
  const ms = await playingMs(stage.world, url);
  if (ms === null) {
    stage.world.journal.complain('stream', stage.call.uuid, `${url} cannot be fetched`);
    return ON;
  }
  for (let round = 0; round < loopsIn(action); round += 1) {
    stage.call.line?.hear(`stream: ${url}`);
    await pause(stage, ms);
  }
  return ON;
};

export const wait: Perform = async (stage, action) => {
  await pause(stage, numberIn(action, 'timeout', WAIT_S) * 1_000);
  return ON;
};
