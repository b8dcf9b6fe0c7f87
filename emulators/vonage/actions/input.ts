import { pause } from '../../waiting.ts';
import { eventBase, tellAt } from '../letters.ts';
import { nccoIn } from '../replies.ts';
import { hookIn, numberIn, ON, type Perform, type Stage } from '../stage.ts';
import type { Json } from '../state.ts';

const TIMEOUT_S = 3;
const DIGITS_MAX = 4;

/** Collects keys; or, asynchronously, has every key told of while the NCCO goes on. */
export const input: Perform = async (stage, action) => {
  const { call, world } = stage;
  const hook = hookIn(action) ?? call.order.event ?? call.app.event;
  if (hook === null) return ON;
  if (action['mode'] === 'asynchronous') {
    call.digits_hook = hook;
    return ON;
  }
  const dtmf = await collected(stage, (action['dtmf'] ?? {}) as Json);
  const payload = { ...eventBase(world, call), dtmf, speech: { results: [] } };
  return nccoIn(await tellAt(world, call, { hook, tag: 'input', payload })) ?? ON;
};

async function collected(stage: Stage, wish: Json): Promise<Json> {
  const keys: string[] = [];
  const done = new AbortController();
  let since = stage.world.clock.now() as number;
  stage.call.on_digit = (key) => {
    since = stage.world.clock.now();
    if (key === '#' && wish['submitOnHash'] === true) return done.abort();
    keys.push(key);
    if (keys.length >= numberIn(wish, 'maxDigits', DIGITS_MAX)) done.abort();
  };
  const patience_ms = numberIn(wish, 'timeOut', TIMEOUT_S) * 1_000;
  while (!done.signal.aborted) {
    const left = since + patience_ms - stage.world.clock.now();
    if (left <= 0) break;
    await pause(stage, left, done.signal);
  }
  stage.call.on_digit = null;
  return { digits: keys.join(''), timed_out: !done.signal.aborted };
}
