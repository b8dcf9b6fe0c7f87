import { levelOf, PHONE_RATE, samplesIn } from './sound.ts';

/** Looked at in pieces of this length: shorter than any word, longer than a period of any voice. */
const LOOK_MS = 20;
/** Below this nobody speaks: room noise on a line lies around -50 dB. */
const QUIET_DB = -45;

/** Listens for the end of speech: shown sound as it comes, it says how long it has been quiet. */
export type SilenceListener = (samples: Int16Array) => number;

/** Counts in ms, from the last piece that was loud enough to be somebody. */
export function silenceListener(rate: number = PHONE_RATE): SilenceListener {
  const look = samplesIn(LOOK_MS, rate);
  let rest = new Int16Array(0);
  let quiet_ms = 0;
  return (samples) => {
    const known = new Int16Array(rest.length + samples.length);
    known.set(rest);
    known.set(samples, rest.length);
    let at = 0;
    for (; at + look <= known.length; at += look)
      quiet_ms = levelOf(known.subarray(at, at + look)) < QUIET_DB ? quiet_ms + LOOK_MS : 0;
    rest = known.slice(at);
    return quiet_ms;
  };
}
