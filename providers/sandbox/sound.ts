import type { Instant } from '../../kernel/brand.ts';
import type { InstructOrder } from '../carrier.ts';
import { clipsOf } from './clips.ts';
import type { SandboxConfig } from './config.ts';
import { type Item, type NetworkLeg, plan, unplan } from './leg.ts';
import { performanceOf } from './media.ts';
import type { Party } from './numbers.ts';
import { endOf, endsAt, type Recording, recordingOf, type RecordingStop } from './recording.ts';
import type { Fetched } from './studio.ts';
import { stopped, withClip, withMark, withTake } from './tape.ts';
import { voicedMs } from './voice.ts';
import type { News } from './wire.ts';

type SoundItem = Extract<
  Item,
  { what: 'media' | 'party' | 'recording' | 'recorded' | 'stream_ended' }
>;

/** How long it takes to find out who has answered, at the speed of life. */
const DETECT_MS: Record<Party, number> = {
  human: 2_000,
  voicemail: 3_000,
  fax: 1_500,
  silence: 5_000,
};
/** Nobody is heard for longer than this without being heard anew. */
const VOICED_MS_MAX = 86_400_000;

/** Nobody can be reached at names that are reserved for this (RFC 6761 §6.4). */
const UNREACHABLE = /^(?:\w+:\/\/)?[^/:]*\.invalid(?:[:/]|$)/;

interface Now {
  readonly now: Instant;
  readonly config: SandboxConfig;
  /** What came of the addresses that are to be played; null where nobody will hear them. */
  readonly fetched: readonly Fetched[] | null;
}

/** Carries an order to a leg's media out, rooms aside: what it leads to is planned on the leg. */
export function perform(leg: NetworkLeg, order: InstructOrder, at: Now): void {
  const { instruction } = order;
  switch (instruction.do) {
    case 'line': {
      const { line } = instruction;
      leg.sound = { ...leg.sound, line, tape: withMark(leg.sound.tape, { at: at.now, line }) };
      return;
    }
    case 'detect':
      return detect(leg, at);
    case 'stop':
      return stop(leg, at.now);
    case 'record_start':
      leg.sound = { ...leg.sound, recording: recordingOf(instruction, at.now) };
      plan(leg, { at: at.now, what: 'recording', recording_id: instruction.recording_id });
      return replan(leg);
    case 'record_stop':
      if (leg.sound.recording === null) return;
      return planEnd(leg, leg.sound.recording, { at: at.now, cause: 'stopped' });
    case 'stream_start': {
      const { stream_id, host } = instruction;
      leg.sound = { ...leg.sound, stream_id };
      if (!UNREACHABLE.test(host)) return;
      return plan(leg, { at: at.now, what: 'stream_ended', stream_id, detail: 'no such host' });
    }
    case 'stream_stop':
      leg.sound = { ...leg.sound, stream_id: null };
      return;
    default:
      return sound(leg, order, at);
  }
}

/** What takes its time comes one after the other. */
function sound(leg: NetworkLeg, { instruction, effect_id }: InstructOrder, at: Now): void {
  const performance = performanceOf(instruction, at.config, at.fetched);
  if (performance === null) return;
  const last = leg.items.findLast((item, place) => item.what === 'media' && place >= leg.played);
  const from = Math.max(at.now, last?.at ?? 0) as Instant;
  const end = (from + performance.ms) as Instant;
  const stops = instruction.do !== 'send_digits';
  plan(leg, { at: end, what: 'media', effect_id, detail: performance.detail, stops });
  const since = leg.sound.recording?.since ?? null;
  const clips = clipsOf(instruction, { from, until: end, fetched: at.fetched, stops });
  const tape = clips.reduce((all, clip) => withClip(all, clip, since), leg.sound.tape);
  leg.sound = { ...leg.sound, tape, heard_until: end };
  replan(leg);
}

function stop(leg: NetworkLeg, now: Instant): void {
  unplan(leg, (item) => item.what === 'media' && item.stops);
  leg.sound = { ...leg.sound, heard_until: now, tape: stopped(leg.sound.tape, now) };
  replan(leg);
}

/** Looks at the party once: whoever asks again is told by the same news. */
function detect(leg: NetworkLeg, { now, config }: Now): void {
  if (leg.items.some(({ what }) => what === 'party')) return;
  const ms = DETECT_MS[leg.sound.party ?? 'human'] / (config.media_speed ?? 1);
  plan(leg, { at: (now + Math.round(ms)) as Instant, what: 'party' });
}

/** Plans the end of the recording anew: a silence begins where the last word ends. */
function replan(leg: NetworkLeg): void {
  const { recording, heard_until, voiced_until } = leg.sound;
  const heard = Math.max(heard_until, voiced_until) as Instant;
  if (recording !== null) planEnd(leg, recording, endOf(recording, heard));
}

function planEnd(leg: NetworkLeg, recording: Recording, end: RecordingStop | null): void {
  const { recording_id, since } = recording;
  unplan(leg, ({ what }) => what === 'recorded');
  if (end !== null) plan(leg, { ...end, what: 'recorded', recording_id, since });
}

/** The party that has answered, and how long it goes on being heard. */
export function hearVoice(leg: NetworkLeg, party: Party, at: Instant): void {
  const ms = Math.min(voicedMs(party, leg.sound.voice), VOICED_MS_MAX);
  leg.sound = { ...leg.sound, party, voiced_until: (at + ms) as Instant };
}

/** A key that is pressed may end the recording; a silence it ends in any case. */
export function hearKey(leg: NetworkLeg, digit: string, at: Instant): void {
  const voiced_until = Math.max(leg.sound.voiced_until, at) as Instant;
  leg.sound = { ...leg.sound, voiced_until, tape: withMark(leg.sound.tape, { at, digit }) };
  const { recording } = leg.sound;
  if (recording !== null && endsAt(recording, digit)) planEnd(leg, recording, { at, cause: 'key' });
  else replan(leg);
}

/** What has happened to a leg's sound, and the news of it. */
export function soundNews(leg: NetworkLeg, item: SoundItem): News {
  switch (item.what) {
    case 'media': {
      const { effect_id, detail } = item;
      const key = `media:${effect_id}`;
      if (detail === null) return { event: 'media_finished', key, effect_id };
      return { event: 'media_failed', key, effect_id, detail };
    }
    case 'party':
      return { event: 'party', key: 'party', party: leg.sound.party ?? 'human' };
    case 'recording': {
      const { recording_id } = item;
      return { event: 'recording', key: `recording:${recording_id}`, recording_id };
    }
    case 'recorded': {
      const { recording_id, cause, since, at } = item;
      const until = Math.max(since, at) as Instant;
      const tape = withTake(leg.sound.tape, { recording_id, since, until });
      leg.sound = { ...leg.sound, recording: null, tape };
      const key = `recorded:${recording_id}`;
      return { event: 'recorded', key, recording_id, duration_ms: until - since, cause };
    }
    case 'stream_ended': {
      const { stream_id, detail } = item;
      leg.sound = { ...leg.sound, stream_id: null };
      return { event: 'stream_ended', key: `stream:${stream_id}`, stream_id, detail };
    }
  }
}
