import type { AttemptId, EffectId, LegRef, ProviderId } from '../../kernel/brand.ts';
import { attemptOfLeg } from '../../calls/attempts.ts';
import type { FactOf } from '../../calls/events.ts';
import type { Party } from '../../calls/media.ts';
import type { Attestation, Verstat } from '../../calls/passage.ts';
import type { IncomingLeg, Notice, Reading, Reply, Told, TurnedAway } from '../carrier.ts';
import { BEEP } from '../beep.ts';
import { endingOf, OVER } from './endings.ts';
import { type Spot, spotOf } from './paths.ts';
import { HANG_UP, type Leg, rejectDocument, restDocument, ringDocument } from './scenes.ts';

/** What a notice is read with. */
export interface Reader {
  readonly provider_id: ProviderId;
  readonly account_sid: string;
  readonly notice_url: string;
  /** The document of what was ordered to follow an order that is done; null when nothing was. */
  next(
    attempt_id: string,
    done: { readonly effect_id: string; readonly part: number },
  ): string | null;
}

function xml(body: string): Reply {
  return { status: 200, type: 'text/xml', body };
}

const TAKEN: Reply = xml('<Response/>');
const NOTHING: Reading = { told: [], reply: TAKEN };
const BUSY = 486;

/** Reads a notice: the facts in it, and the document the call goes on with. */
export function readNotice(
  reader: Reader,
  notice: Notice,
  turned_away: TurnedAway | null,
): Reading {
  const spot = spotOf(notice.path);
  if (spot === null) return { told: [], reply: xml(HANG_UP) };
  if (spot.place === 'beep')
    return { told: [], reply: { status: 200, type: 'audio/wav', body: BEEP } };
  const form = new URLSearchParams(notice.body);
  const leg_ref = form.get('CallSid') ?? '';
  if (!/^CA[0-9a-f]{32}$/i.test(leg_ref) || form.get('AccountSid') !== reader.account_sid)
    return NOTHING;
  const attempt_id =
    spot.attempt_id === '' ? attemptOfLeg(reader.provider_id, leg_ref) : spot.attempt_id;
  const story = { reader, form, spot, leg_ref: leg_ref as LegRef, turned_away };
  return READERS[spot.place]({ ...story, attempt_id: attempt_id as AttemptId });
}

/** A notice about a call, taken apart. */
interface Story {
  readonly reader: Reader;
  readonly spot: Spot;
  readonly form: URLSearchParams;
  readonly leg_ref: LegRef;
  readonly attempt_id: AttemptId;
  readonly turned_away: TurnedAway | null;
}

const READERS: Readonly<Record<Exclude<Spot['place'], 'beep'>, (story: Story) => Reading>> = {
  answer: (story) => reading(story, [answered(story)], restOf(story, 'answer', 0)),
  picked_up: (story) => reading(story, [answered(story)], restOf(story, 'answer', 0)),
  status: readStatus,
  amd: readParty,
  rest: readKeys,
  done: readDone,
  cut: readCut,
  in: readIncoming,
};

/** A call that nobody here knows is hung up, whatever it would have gone on with. */
function reading(story: Story, told: readonly Told[], body: string): Reading {
  return { told, reply: xml(story.turned_away === null ? body : HANG_UP) };
}

function told({ attempt_id }: Story, key: string, fact: FactOf): Told {
  return { key, attempt_id, fact };
}

function answered(story: Story): Told {
  const { attempt_id, leg_ref } = story;
  return told(story, 'answered', { type: 'leg_answered', attempt_id, leg_ref });
}

function legOf({ reader, attempt_id, spot }: Story): Leg {
  return { notice_url: reader.notice_url, attempt_id, room_id: spot.room_id };
}

function restOf(story: Story, mark: string, count: number): string {
  return restDocument(legOf(story), { mark, count });
}

function readStatus(story: Story): Reading {
  const { form, attempt_id, leg_ref, spot } = story;
  const status = form.get('CallStatus') ?? '';
  const about = { attempt_id, leg_ref };
  if (status === 'ringing')
    return { told: [told(story, 'ringing', { type: 'leg_ringing', ...about })], reply: TAKEN };
  if (status === 'in-progress') return { told: [answered(story)], reply: TAKEN };
  if (!OVER.includes(status)) return NOTHING;
  const talk_s = wholeIn(form, 'CallDuration') ?? 0;
  const sip_code = wholeIn(form, 'SipResponseCode');
  const limit_s = spot.limit_s === 0 ? null : spot.limit_s;
  const how = { status, sip_code, talk_s, limit_s };
  const ended = { type: 'leg_ended', ...about, ending: endingOf(how) } as const;
  // Twilio counts whole seconds: what it counts is at most this long.
  const talked = status === 'completed' ? { talk_ms: talk_s * 1_000 + 999 } : {};
  return { told: [told(story, 'ended', { ...ended, ...talked })], reply: TAKEN };
}

function wholeIn(form: URLSearchParams, name: string): number | null {
  const text = form.get(name) ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

const PARTIES: Readonly<Record<string, Party>> = {
  human: 'human',
  machine_start: 'machine',
  machine_end_beep: 'machine',
  machine_end_silence: 'machine',
  machine_end_other: 'machine',
  fax: 'fax',
  unknown: 'unknown',
};

function readParty(story: Story): Reading {
  const word = story.form.get('AnsweredBy') ?? '';
  const party = Object.hasOwn(PARTIES, word) ? PARTIES[word] : undefined;
  if (party === undefined) return NOTHING;
  return { told: [told(story, 'party', { type: 'party_detected', party })], reply: TAKEN };
}

function keyIn({ form }: Story): string | null {
  const digits = form.get('Digits') ?? '';
  return /^[0-9*#A-D]{1,32}$/.test(digits) ? digits : null;
}

/** A key was pressed while the leg waited, or the wait is over. */
function readKeys(story: Story): Reading {
  const { mark, count } = story.spot;
  const digits = keyIn(story);
  const key = `keys/${mark}/${count}`;
  const pressed = digits === null ? [] : [told(story, key, { type: 'digits_pressed', digits })];
  return reading(story, pressed, restOf(story, mark, count));
}

function readDone(story: Story): Reading {
  const { part, is_last } = story.spot;
  const finished = is_last ? [finishOf(story)] : [];
  return reading(story, finished, onward(story, part));
}

/** A key cut an order short: it is over, and the key counts. */
function readCut(story: Story): Reading {
  const digits = keyIn(story);
  const { effect_id } = story.spot;
  const key = `cut/${effect_id}`;
  const pressed = digits === null ? [] : [told(story, key, { type: 'digits_pressed', digits })];
  return reading(story, [...pressed, finishOf(story)], onward(story, Infinity));
}

function finishOf(story: Story): Told {
  const effect_id = story.spot.effect_id as EffectId;
  return told(story, `done/${effect_id}`, { type: 'media_finished', effect_id });
}

/** What was ordered next, or the rest. */
function onward(story: Story, part: number): string {
  const { effect_id } = story.spot;
  const next = story.reader.next(story.attempt_id, { effect_id, part });
  return next ?? restOf(story, effect_id, 0);
}

/** A call that comes in, or one that has rung on for a while. */
function readIncoming(story: Story): Reading {
  const { form, leg_ref, spot, turned_away } = story;
  const is_busy = turned_away?.sip_code === BUSY;
  const body = turned_away === null ? ringDocument(legOf(story)) : rejectDocument(is_busy);
  if (spot.attempt_id !== '') return { told: [], reply: xml(body) };
  return { told: [], incoming: incomingOf(form, leg_ref), reply: xml(body) };
}

function incomingOf(form: URLSearchParams, leg_ref: LegRef): IncomingLeg {
  const from = form.get('From') ?? '';
  const forwarded = form.get('ForwardedFrom') ?? '';
  return {
    leg_ref,
    from: WITHHELD.includes(from) ? '' : from,
    from_name: form.get('CallerName') ?? '',
    to: form.get('To') ?? '',
    ...stirOf(form.get('StirVerstat') ?? ''),
    diversions: forwarded === '' ? [] : [forwarded],
  };
}

/** What Twilio writes where a caller does not show a number. */
const WITHHELD: readonly string[] = [
  ...['+266696687', '+7378742833', '+2562533', '+8656696', '+86282452253', 'anonymous'],
];

/** `TN-Validation-Passed-A` and the like. */
function stirOf(word: string): { verstat: Verstat; attestation: Attestation | null } {
  const [, verdict, level] = /^TN-Validation-(Passed|Failed)(?:-([ABC]))?$/.exec(word) ?? [];
  const verstat = verdict === 'Passed' ? 'passed' : verdict === 'Failed' ? 'failed' : 'none';
  return { verstat, attestation: (level as Attestation | undefined) ?? null };
}
