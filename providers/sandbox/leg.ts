import type { AttemptId, Instant, ProviderId, RecordingId, StreamId } from '../../kernel/brand.ts';
import type { SandboxFault } from '../../calls/call.ts';
import type { RecordingEnd } from '../../calls/events.ts';
import { type Line, OPEN_LINE } from '../../calls/media.ts';
import type { SandboxLeg } from '../../store/sandbox_log.ts';
import { CarrierError, type IncomingLeg } from '../carrier.ts';
import type { Party } from './numbers.ts';
import type { Recording } from './recording.ts';
import type { Sleeper } from './schedule.ts';
import type { EndedBy, Step } from './script.ts';
import { BLANK, type Tape } from './tape.ts';
import { HUMAN, type Voice } from './voice.ts';

type MediaItem =
  | {
      readonly what: 'media';
      readonly effect_id: string;
      readonly detail: string | null;
      /** Whether an order to stop ends it. */
      readonly stops: boolean;
    }
  | { readonly what: 'party' }
  | { readonly what: 'recording'; readonly recording_id: RecordingId }
  | {
      readonly what: 'recorded';
      readonly recording_id: RecordingId;
      readonly since: Instant;
      readonly cause: RecordingEnd;
    }
  | { readonly what: 'stream_ended'; readonly stream_id: StreamId; readonly detail: string };
/** A step with its moment, instead of its distance from the dial. */
type Dated<Kind> = Kind extends Step ? Omit<Kind, 'at_ms'> & { readonly at: Instant } : never;
/** Something that will happen on a leg, or has happened and has not been told yet. */
export type Item = Dated<Step> | (MediaItem & { readonly at: Instant });

/** What the log keeps of a leg beside its columns: enough to go on with it after a crash. */
export interface Stash extends Sound {
  readonly fault: SandboxFault | null;
  readonly mos: number | null;
  readonly items: readonly Item[];
  readonly room_id: string | null;
  readonly ended_by: EndedBy | null;
  readonly q850: number | null;
  readonly visitor: Visitor | null;
  readonly peer: Peer | null;
}

/** Somebody who calls us: what the network tells of them, and what they do once we answer. */
export interface Visitor {
  readonly told: Omit<IncomingLeg, 'leg_ref'>;
  /** How long they talk until they hang up, in ms; null: until they are hung up on. */
  readonly talk_ms: number | null;
  /** The keys they press. */
  readonly dtmf: string;
}

/** The other end of a call that stays on the network: what happens there happens here. */
export interface Peer {
  readonly attempt_id: AttemptId;
  readonly provider_id: ProviderId;
}

/** What is done to a leg's sound, and who makes it. */
export interface Sound {
  readonly line: Line;
  readonly party: Party | null;
  /** Until when something is said, played or echoed on it, as far as is known. */
  readonly heard_until: Instant;
  /** Until when the party is heard, keys included. */
  readonly voiced_until: Instant;
  readonly voice: Voice;
  readonly tape: Tape;
  readonly recording: Recording | null;
  readonly stream_id: StreamId | null;
}

/** The sound of a leg that was only dialled. */
export const NO_SOUND: Sound = {
  line: OPEN_LINE,
  party: null,
  heard_until: 0 as Instant,
  voiced_until: 0 as Instant,
  voice: HUMAN,
  tape: BLANK,
  recording: null,
  stream_id: null,
};

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** A leg in the memory of the network. */
export interface NetworkLeg extends Sleeper {
  readonly row: Writable<Omit<SandboxLeg, 'script' | 'next_at'>>;
  readonly fault: SandboxFault | null;
  readonly mos: number | null;
  /** In order of time. The first `played` of them have happened and are being told. */
  readonly items: Item[];
  played: number;
  room_id: string | null;
  ended_by: EndedBy | null;
  q850: number | null;
  readonly visitor: Visitor | null;
  readonly peer: Peer | null;
  sound: Sound;
  /** Effects carried out in this life of the network: asked again, they are not done again. */
  effects: string[] | null;
}

/** The leg, where an order can be carried out on it. Throws CarrierError. */
export function ready(leg: NetworkLeg | null): NetworkLeg {
  if (leg === null) throw new CarrierError('sandbox', 'never', 'no such leg');
  if (leg.row.tm_end !== null) throw new CarrierError('sandbox', 'never', 'the leg has ended');
  if (leg.row.tm_ringing === null && leg.row.tm_answer === null)
    throw new CarrierError('sandbox', 'later', 'the leg does not ring yet');
  return leg;
}

/** When the next thing happens on a leg; null when nothing more will. */
export function nextDue(leg: NetworkLeg): Instant | null {
  return leg.items[leg.played]?.at ?? null;
}

/** Puts something into the future of a leg. */
export function plan(leg: NetworkLeg, item: Item): void {
  let place = leg.items.length;
  while (place > leg.played && (leg.items[place - 1] as Item).at > item.at) place -= 1;
  leg.items.splice(place, 0, item);
}

/** Takes out of a leg's future whatever `goes`. */
export function unplan(leg: NetworkLeg, goes: (item: Item) => boolean): void {
  const stays = leg.items.filter((item, place) => place < leg.played || !goes(item));
  leg.items.splice(0, leg.items.length, ...stays);
}
