import { clipped } from './sound.ts';

/** Adds one sound to another, from `place` on, as far as there is room; clips what overflows. */
export function mixInto(target: Int16Array, source: Int16Array, place = 0): void {
  const from = Math.max(0, -place);
  const until = Math.min(source.length, target.length - place);
  for (let at = from; at < until; at += 1)
    target[place + at] = clipped((target[place + at] ?? 0) + (source[at] ?? 0));
}

/** Everybody at once, on one channel. Parties of one length; the first says which. */
export function mixed(parties: readonly Int16Array[]): Int16Array {
  const sum = summed(parties);
  return Int16Array.from(sum, clipped);
}

/** What each party hears in a room: all of them but itself. One sum serves them all. */
export function heardBy(parties: readonly Int16Array[]): Int16Array[] {
  const sum = summed(parties);
  return parties.map((own) => own.map((sample, at) => clipped((sum[at] ?? 0) - sample)));
}

/** Channels as a WAV file wants them: the first sample of each, then the second of each. */
export function interleaved(channels: readonly Int16Array[]): Int16Array {
  const [first] = channels;
  if (first === undefined || channels.length === 1) return first ?? new Int16Array(0);
  const woven = new Int16Array(first.length * channels.length);
  for (const [channel, samples] of channels.entries())
    for (let at = 0; at < first.length; at += 1)
      woven[at * channels.length + channel] = samples[at] ?? 0;
  return woven;
}

/** In 32 bits: clipping each addition would make the sum depend on the order of the parties. */
function summed(parties: readonly Int16Array[]): Int32Array {
  const sum = new Int32Array(parties[0]?.length ?? 0);
  for (const samples of parties)
    for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) + (samples[at] ?? 0);
  return sum;
}
