import { actionOf, ON, pickUp, type Stage, type Verb, wholeIn } from '../stage.ts';
import { pause } from '../../waiting.ts';
import type { Element } from '../twiml.ts';
import { sound } from './sound.ts';

/** The keys pressed while a Gather listens. */
interface Listening {
  readonly keys: string[];
  /** Fires at the first key: whatever is being said falls silent. */
  readonly first: AbortController;
  /** Fires when nothing more is waited for. */
  readonly done: AbortController;
  finished_on: string;
  tm_last: number;
}

/** Collects keys, while something is said or after it. */
export const gather: Verb = async (stage, element) => {
  pickUp(stage);
  const timeout_ms = wholeIn(element, 'timeout', 5) * 1_000;
  const heard = listen(stage, element);
  for (const child of element.children) {
    if (heard.first.signal.aborted) break;
    await sound(stage, child, heard.first.signal);
  }
  let quiet_since = stage.world.clock.now() as number;
  for (;;) {
    quiet_since = Math.max(quiet_since, heard.tm_last);
    const left = quiet_since + timeout_ms - stage.world.clock.now();
    if (heard.done.signal.aborted || left <= 0) break;
    await pause(stage, left, heard.done.signal);
    if (heard.tm_last <= quiet_since) break;
  }
  stage.call.on_digit = null;
  const digits = heard.keys.join('');
  const empty_too = element.attributes['actionOnEmptyResult'] === 'true';
  if (digits === '' && heard.finished_on === '' && !empty_too) return ON;
  const params = { Digits: digits, msg: 'Gather End', FinishedOnKey: heard.finished_on };
  return { go: 'to', document: actionOf(stage, element, { tag: 'gather', params }) };
};

function listen({ call, world }: Stage, element: Element): Listening {
  const finish_on = element.attributes['finishOnKey'] ?? '#';
  const wanted = wholeIn(element, 'numDigits', 0);
  const heard: Listening = {
    keys: [],
    first: new AbortController(),
    done: new AbortController(),
    finished_on: '',
    tm_last: -Infinity,
  };
  call.on_digit = (key) => {
    if (heard.done.signal.aborted) return;
    heard.tm_last = world.clock.now();
    heard.first.abort();
    if (finish_on !== '' && finish_on.includes(key)) heard.finished_on = key;
    else heard.keys.push(key);
    if (heard.finished_on !== '' || heard.keys.length === wanted) heard.done.abort();
  };
  return heard;
}
