import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type {
  AttemptId,
  EffectId,
  Instant,
  LegRef,
  RecordingId,
  StreamId,
} from '../../kernel/brand.ts';
import type { Ending } from '../../calls/cause.ts';
import { endingOfSip } from '../../calls/causes.ts';
import type { FactOf, RecordingEnd } from '../../calls/events.ts';
import type { Party as DetectedParty } from '../../calls/media.ts';
import type { IncomingLeg, Notice, Reading, Told, TurnedAway } from '../carrier.ts';
import { readIncoming } from './door.ts';
import type { Party } from './numbers.ts';
import type { EndedBy } from './script.ts';

/** How a leg ended, as the network writes it down. */
export interface End {
  readonly sip_code: number;
  readonly q850: number | null;
  readonly by: EndedBy;
  readonly rang: boolean;
  readonly answered: boolean;
  /** Whether it is a call to us: then the far end is the caller. */
  readonly incoming: boolean;
}

/** What the network tells about a leg. `key` names the fact: told again, it is the same. */
export type News =
  | ({ readonly event: 'incoming'; readonly key: string } & Omit<IncomingLeg, 'leg_ref'>)
  | { readonly event: 'ringing'; readonly key: string }
  | { readonly event: 'answered'; readonly key: string; readonly party: Party }
  | { readonly event: 'dtmf'; readonly key: string; readonly digit: string }
  | { readonly event: 'media_finished'; readonly key: string; readonly effect_id: string }
  | {
      readonly event: 'media_failed';
      readonly key: string;
      readonly effect_id: string;
      readonly detail: string;
    }
  | { readonly event: 'party'; readonly key: string; readonly party: Party }
  | { readonly event: 'recording'; readonly key: string; readonly recording_id: string }
  | {
      readonly event: 'recorded';
      readonly key: string;
      readonly recording_id: string;
      readonly duration_ms: number;
      readonly cause: RecordingEnd;
    }
  | {
      readonly event: 'stream_ended';
      readonly key: string;
      readonly stream_id: string;
      readonly detail: string;
    }
  | {
      readonly event: 'ended';
      readonly key: string;
      readonly end: End;
      readonly talk_ms: number;
      readonly mos: number | null;
    };

/** What every body carries besides the news itself. */
interface Envelope {
  readonly id: string;
  readonly attempt_id: string;
  readonly leg_ref: string;
  readonly at: Instant;
}

export const SIGNATURE_HEADER = 'x-sandbox-signature';
export const TIMESTAMP_HEADER = 'x-sandbox-timestamp';
const NOTICE_PATH = '/notices';
/** A notice older or newer than this, by its own timestamp, is refused. */
const FRESH_MS = 300_000;
const REPLY: Reading['reply'] = { status: 200, type: 'application/json', body: '{}' };
const NOTHING: Reading = { told: [], reply: REPLY };

/** The key of an account's secret. Kept, since making one costs more than a signature. */
export function keyOf(secret: string): KeyObject {
  return createSecretKey(secret, 'utf8');
}

/** The body of a notice. The same news about the same leg always has the same id. */
export function bodyOf(
  leg: { attempt_id: string; leg_ref: string },
  news: News,
  at: Instant,
): string {
  const { attempt_id, leg_ref } = leg;
  const envelope: Envelope = { id: `${leg_ref}/${news.key}`, attempt_id, leg_ref, at };
  return JSON.stringify({ ...envelope, ...news });
}

/** A body, signed with HMAC-SHA256 over its timestamp (seconds), a dot, and itself. */
export function signed(body: string, key: KeyObject, wall: Instant): Notice {
  const timestamp = String(Math.floor(wall / 1000));
  const headers = {
    'content-type': 'application/json',
    [TIMESTAMP_HEADER]: timestamp,
    [SIGNATURE_HEADER]: macOf(timestamp, body, key),
  };
  return { method: 'POST', path: NOTICE_PATH, headers, body };
}

/** Whether the notice was signed with this key, at most five minutes from `wall`. */
export function isSigned(notice: Notice, key: KeyObject, wall: Instant): boolean {
  const timestamp = notice.headers[TIMESTAMP_HEADER] ?? '';
  const given = Buffer.from(notice.headers[SIGNATURE_HEADER] ?? '');
  const age_ms = wall - Number(timestamp) * 1000;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(age_ms) > FRESH_MS + 1000) return false;
  const wanted = Buffer.from(macOf(timestamp, notice.body, key));
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Compared as text, since reading hexadecimal forgives a stray last digit. */
function macOf(timestamp: string, body: string, key: KeyObject): string {
  return createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
}

/** The ending in our words. The network's own limits are ours, since we gave them to it. */
export function endingOfEnd({ sip_code, q850, by, rang, answered, incoming }: End): Ending {
  const given_up = by === 'caller' || (incoming && by === 'far_end');
  const asked = given_up ? 'cancel' : by === 'dial_timer' ? 'dialout' : null;
  const ending = endingOfSip(sip_code, { rang, answered, asked, reason_q850: q850 });
  return by === 'talk_timer' ? { ...ending, cause: 'timeout' } : ending;
}

/** What a notice says. One that cannot be understood says nothing, and is taken off the wire. */
export function readNotice(notice: Notice, turned_away?: TurnedAway): Reading {
  const body = parsed(notice.body);
  if (body === null) return NOTHING;
  const { attempt_id, leg_ref, key } = body;
  if (!isText(attempt_id) || !isText(leg_ref) || !isText(key)) return NOTHING;
  const leg = { attempt_id: attempt_id as AttemptId, leg_ref: leg_ref as LegRef };
  if (body['event'] === 'incoming') return readIncoming(body, leg.leg_ref, turned_away);
  const fact = factOf(body, leg);
  return fact === null ? NOTHING : { told: [told(key, leg.attempt_id, fact)], reply: REPLY };
}

function told(key: string, attempt_id: AttemptId, fact: FactOf): Told {
  return { key, attempt_id, fact };
}

type Leg = { readonly attempt_id: AttemptId; readonly leg_ref: LegRef };

function factOf(body: Record<string, unknown>, leg: Leg): FactOf | null {
  switch (body['event']) {
    case 'ringing':
      return { type: 'leg_ringing', ...leg };
    case 'answered':
      return { type: 'leg_answered', ...leg };
    case 'ended':
      return endFact(body, leg);
    case 'dtmf':
      return isDigit(body['digit']) ? { type: 'digits_pressed', digits: body['digit'] } : null;
    case 'media_finished':
    case 'media_failed':
      return mediaFact(body);
    default:
      return soundFact(body);
  }
}

/** After an answer the network counts the talk: its news may be late, and nobody pays for that. */
function endFact({ end, talk_ms }: Record<string, unknown>, leg: Leg): FactOf | null {
  if (!isEnd(end)) return null;
  const fact = { type: 'leg_ended', ...leg, ending: endingOfEnd(end) } as const;
  const counted = end.answered && Number.isSafeInteger(talk_ms) && Number(talk_ms) >= 0;
  return counted ? { ...fact, talk_ms: Number(talk_ms) } : fact;
}

function mediaFact({ event, effect_id, detail }: Record<string, unknown>): FactOf | null {
  if (!isText(effect_id)) return null;
  const name = effect_id as EffectId;
  if (event === 'media_finished') return { type: 'media_finished', effect_id: name };
  return { type: 'media_failed', effect_id: name, detail: isText(detail) ? detail : '' };
}

const PARTIES: Readonly<Record<Party, DetectedParty>> = {
  human: 'human',
  voicemail: 'machine',
  fax: 'fax',
  silence: 'silence',
};
const RECORDING_ENDS: readonly unknown[] = [
  'stopped',
  'silence',
  'key',
  'duration',
  'hangup',
  'failed',
] satisfies RecordingEnd[];

function soundFact(body: Record<string, unknown>): FactOf | null {
  const { event, party, recording_id, stream_id, detail } = body;
  if (event === 'party') return { type: 'party_detected', party: partyNamed(party) };
  if (event === 'stream_ended' && isText(stream_id))
    return {
      type: 'stream_ended',
      stream_id: stream_id as StreamId,
      detail: isText(detail) ? detail : '',
    };
  if (!isText(recording_id)) return null;
  const recording = recording_id as RecordingId;
  if (event === 'recording') return { type: 'recording_started', recording_id: recording };
  return event === 'recorded' ? recordedFact(body, recording) : null;
}

function partyNamed(party: unknown): DetectedParty {
  return Object.hasOwn(PARTIES, String(party)) ? PARTIES[party as Party] : 'unknown';
}

function recordedFact(body: Record<string, unknown>, recording_id: RecordingId): FactOf | null {
  const { duration_ms, cause } = body;
  if (!Number.isSafeInteger(duration_ms) || Number(duration_ms) < 0) return null;
  if (!RECORDING_ENDS.includes(cause)) return null;
  return {
    type: 'recording_finished',
    recording_id,
    duration_ms: Number(duration_ms),
    cause: cause as RecordingEnd,
  };
}

function parsed(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 512;
}

function isDigit(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9*#A-D]$/.test(value);
}

const ENDERS: readonly unknown[] = [
  'far_end',
  'caller',
  'dial_timer',
  'talk_timer',
] satisfies EndedBy[];

function isEnd(value: unknown): value is End {
  if (!isRecord(value)) return false;
  const { sip_code, q850, by } = value;
  const codes = Number.isInteger(sip_code) && (q850 === null || Number.isInteger(q850));
  const told = [value['rang'], value['answered'], value['incoming']];
  return codes && ENDERS.includes(by) && told.every((each) => typeof each === 'boolean');
}
