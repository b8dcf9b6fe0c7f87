import type { AttemptId, EffectId, LegRef } from '../../kernel/brand.ts';
import { parseJson } from '../../kernel/foreign.ts';
import type { FactOf } from '../../calls/events.ts';
import { BEEP } from '../beep.ts';
import type { Notice, Reading, Reply, Told, TurnedAway } from '../carrier.ts';
import { endingOf, OVER } from './endings.ts';
import { type Spot, spotOf } from './paths.ts';
import { type Action, HANG_UP, restNcco } from './scenes.ts';

/** What a notice is read with. */
export interface Reader {
  readonly notice_url: string;
  /** The NCCO of what was ordered to follow an order that is done; null when nothing was. */
  next(
    attempt_id: string,
    done: { readonly effect_id: string; readonly part: number },
  ): string | null;
}

type Json = Readonly<Record<string, unknown>>;

function reply(body: string): Reply {
  return { status: 200, type: 'application/json', body };
}

const TAKEN: Reply = reply('');
const NOTHING: Reading = { told: [], reply: TAKEN };
const UUID = /^[0-9a-f-]{32,36}$/i;

/** Reads a notice: the facts in it, and the NCCO the call goes on with. */
export function readNotice(
  reader: Reader,
  notice: Notice,
  turned_away: TurnedAway | null,
): Reading {
  const spot = spotOf(notice.path);
  if (spot === null) return NOTHING;
  if (spot.place === 'beep')
    return { told: [], reply: { status: 200, type: 'audio/wav', body: BEEP } };
  const read = parseJson(notice.body);
  const is_record = read.ok && typeof read.value === 'object' && !Array.isArray(read.value);
  const body = is_record ? (read.value as Json | null) : null;
  if (body === null || spot.attempt_id === '') return NOTHING;
  return READERS[spot.place]({ reader, spot, body, turned_away });
}

/** A notice about a call, taken apart. */
interface Story {
  readonly reader: Reader;
  readonly spot: Spot;
  readonly body: Json;
  readonly turned_away: TurnedAway | null;
}

const READERS: Readonly<Record<Exclude<Spot['place'], 'beep'>, (story: Story) => Reading>> = {
  answer: readAnswer,
  event: readEvent,
  keys: readKeys,
  rest: (story) => reading(story, [], null),
  done: readDone,
};

/** A call that nobody here knows is hung up, whatever it would have gone on with. */
function reading(story: Story, told: readonly Told[], next: string | null): Reading {
  if (story.turned_away !== null) return { told, reply: reply(JSON.stringify(HANG_UP)) };
  return { told, reply: reply(next ?? JSON.stringify(restOf(story))) };
}

function restOf({ reader, spot }: Story): Action[] {
  const { attempt_id, room_id } = spot;
  return restNcco({ notice_url: reader.notice_url, attempt_id, room_id });
}

function told({ spot }: Story, key: string, fact: FactOf): Told {
  return { key, attempt_id: spot.attempt_id as AttemptId, fact };
}

/** Events about who answered name the leg differently. */
function legIn({ spot, body }: Story): { attempt_id: AttemptId; leg_ref: LegRef } | null {
  const uuid = body['uuid'] ?? body['call_uuid'];
  if (typeof uuid !== 'string' || !UUID.test(uuid)) return null;
  return { attempt_id: spot.attempt_id as AttemptId, leg_ref: uuid as LegRef };
}

function readAnswer(story: Story): Reading {
  const leg = legIn(story);
  const answered = { type: 'leg_answered', ...leg } as FactOf<'leg_answered'>;
  return reading(story, leg === null ? [] : [told(story, 'answered', answered)], null);
}

function readEvent(story: Story): Reading {
  const { body, spot } = story;
  const leg = legIn(story);
  const status = body['status'];
  if (leg === null || typeof status !== 'string') return NOTHING;
  if (status === 'ringing') return only(story, 'ringing', { type: 'leg_ringing', ...leg });
  if (status === 'human' || status === 'machine')
    return body['sub_state'] === undefined
      ? only(story, 'party', { type: 'party_detected', party: status })
      : NOTHING;
  if (!OVER.includes(status)) return NOTHING;
  const talk_s = Number(body['duration'] ?? 0) || 0;
  const { detail, sip_code } = body;
  const ending = endingOf({
    status,
    detail: typeof detail === 'string' && detail !== '' ? detail.slice(0, 100) : null,
    sip_code: Number.isInteger(sip_code) ? Number(sip_code) : null,
    talk_s,
    limit_s: spot.limit_s === 0 ? null : spot.limit_s,
  });
  // Vonage counts whole seconds: what it counts is at most this long.
  const talked = status === 'completed' && talk_s > 0 ? { talk_ms: talk_s * 1_000 + 999 } : {};
  return only(story, 'ended', { type: 'leg_ended', ...leg, ending, ...talked });
}

function only(story: Story, key: string, fact: FactOf): Reading {
  return { told: [told(story, key, fact)], reply: TAKEN };
}

/** A key has no number, but a time: one told twice has the same. */
function readKeys(story: Story): Reading {
  const { dtmf, timestamp } = story.body;
  const digits = typeof dtmf === 'object' && dtmf !== null ? (dtmf as Json)['digits'] : null;
  if (typeof digits !== 'string' || !/^[0-9*#A-D]{1,32}$/.test(digits)) return NOTHING;
  if (typeof timestamp !== 'string' || timestamp.length > 64) return NOTHING;
  return only(story, `keys/${timestamp}/${digits}`, { type: 'digits_pressed', digits });
}

function readDone(story: Story): Reading {
  const { effect_id, part, is_last, attempt_id } = story.spot;
  const finished = { type: 'media_finished', effect_id: effect_id as EffectId } as const;
  const facts = is_last ? [told(story, `done/${effect_id}`, finished)] : [];
  return reading(story, facts, story.reader.next(attempt_id, { effect_id, part }));
}
