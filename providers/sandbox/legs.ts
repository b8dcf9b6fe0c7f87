import { assert } from '../../kernel/assert.ts';
import type { Instant, LegRef } from '../../kernel/brand.ts';
import type { SandboxFault } from '../../calls/call.ts';
import type { SandboxLeg } from '../../store/sandbox_log.ts';
import type { DialOrder, LegState, ProviderAccount } from '../carrier.ts';
import type { SandboxConfig } from './config.ts';
import {
  type Item,
  type NetworkLeg,
  NO_SOUND,
  type Sound,
  type Stash,
  type Visitor,
} from './leg.ts';
import { type Plan, planOf } from './script.ts';
import { hearKey, hearVoice, soundNews } from './sound.ts';
import { type End, endingOfEnd, type News } from './wire.ts';

/**
 * accepted: placed, and said so · accepted_late: placed, said so late ·
 * accepted_unheard: placed, the answer was lost · refused_429, refused_500: not placed, and said so
 * · unheard: nothing arrived.
 */
export type DialResult =
  'accepted' | 'accepted_late' | 'accepted_unheard' | 'refused_429' | 'refused_500' | 'unheard';

const RESULT_OF: Partial<Record<SandboxFault, DialResult>> = {
  reject_429: 'refused_429',
  reject_500: 'refused_500',
  accept_then_timeout: 'accepted_unheard',
  timeout: 'unheard',
  slow: 'accepted_late',
};

/** Whether there is a leg on the network, whatever the dialler heard. */
export function isPlaced(row: SandboxLeg): boolean {
  return row.outcome.startsWith('accepted');
}

/** The network's name for the leg of an attempt: the same however often it is dialled. */
export function legRefOf(attempt_id: string): LegRef {
  return `sbx-${attempt_id}` as LegRef;
}

/** The row of a leg that is being dialled now, with all that will happen on it. */
export function newRow(account: ProviderAccount, order: DialOrder, now: Instant): SandboxLeg {
  const config = account.config as SandboxConfig;
  const plan = planOf(order, { name: account.name, config });
  const outcome: DialResult = (plan.fault && RESULT_OF[plan.fault]) ?? 'accepted';
  const placed = outcome.startsWith('accepted');
  const items = placed ? datedItems(plan, now) : [];
  const stash: Stash = {
    fault: plan.fault,
    mos: plan.mos,
    items,
    room_id: null,
    ended_by: null,
    q850: null,
    visitor: null,
    peer: null,
    ...NO_SOUND,
    voice: plan.voice,
  };
  return {
    ...blankRow(account, stash, now),
    leg_ref: legRefOf(order.attempt_id),
    attempt_id: order.attempt_id,
    call_id: order.call_id,
    customer_id: order.customer_id,
    source: order.source.target,
    destination: order.destination.target,
    outcome,
    tm_end: placed ? null : now,
  };
}

type Untold = Omit<
  SandboxLeg,
  'leg_ref' | 'attempt_id' | 'call_id' | 'customer_id' | 'source' | 'destination'
>;

/** What is the same for every leg that has just come onto the network. */
export function blankRow(account: ProviderAccount, stash: Stash, now: Instant): Untold {
  return {
    provider_id: account.provider_id,
    provider_name: account.name,
    outcome: 'accepted' satisfies DialResult,
    dial_count: 1,
    script: { ...stash },
    notice_url: account.notice_url,
    tm_dial: now,
    tm_ringing: null,
    tm_answer: null,
    tm_end: null,
    final_code: null,
    next_at: stash.items[0]?.at ?? null,
  };
}

function datedItems(plan: Plan, from: Instant): Item[] {
  return plan.steps.map(({ at_ms, ...step }) => ({ ...step, at: (from + at_ms) as Instant }));
}

/** A leg out of the log, as it stood when it was last saved. */
export function legOf({ script, next_at: _, ...row }: SandboxLeg): NetworkLeg {
  const stash = script as unknown as Stash;
  return {
    row: { ...row },
    fault: stash.fault,
    mos: stash.mos,
    items: [...stash.items],
    played: 0,
    room_id: stash.room_id,
    ended_by: stash.ended_by,
    q850: stash.q850,
    // Legs of an earlier version of the network have neither.
    visitor: stash.visitor ?? null,
    peer: stash.peer ?? null,
    sound: soundOf(stash),
    effects: null,
    due: row.tm_dial,
    place: -1,
  };
}

function soundOf(stash: Stash): Sound {
  const { line, party, heard_until, voiced_until, voice, tape, recording, stream_id } = stash;
  return { line, party, heard_until, voiced_until, voice, tape, recording, stream_id };
}

/** The leg as it stands on the network. */
export function rowOf(leg: NetworkLeg): SandboxLeg {
  const { fault, mos, items, room_id, ended_by, q850, visitor, peer, sound } = leg;
  const ways = { room_id, ended_by, q850, visitor, peer };
  // A copy: the leg goes on while the log still has to write this down.
  const script: Stash = { fault, mos, items: [...items], ...ways, ...sound };
  return { ...leg.row, script: { ...script }, next_at: items[0]?.at ?? null };
}

/**
 * The leg as it is to be written down: what has happened but has not been told yet stays due, and
 * an end that nobody heard of has not come. After a crash both happen again.
 */
export function savedOf(leg: NetworkLeg): SandboxLeg {
  const row = rowOf(leg);
  return leg.items.length === 0 ? row : { ...row, tm_end: null, final_code: null };
}

/** Lets the next thing happen on the leg. Answers it, and the news of it. */
export function play(leg: NetworkLeg): { readonly item: Item; readonly news: News } {
  const next = leg.items[leg.played] as Item;
  const { recording } = leg.sound;
  // A recording ends with its leg, and is told of before it.
  if (next.what === 'ended' && recording !== null) {
    const { recording_id, since } = recording;
    const end = { what: 'recorded', recording_id, since, cause: 'hangup' } as const;
    leg.items.splice(leg.played, 0, { ...end, at: next.at });
  }
  const item = leg.items[leg.played] as Item;
  leg.played += 1;
  return { item, news: happen(leg, item) };
}

/**
 * Forgets something that happened, once it has been told. With the end everything goes: word of
 * what came before it is of no use any more.
 */
export function forget(leg: NetworkLeg, item: Item): void {
  const place = leg.items.indexOf(item);
  if (place < 0 || place >= leg.played) return;
  leg.items.splice(item.what === 'ended' ? 0 : place, item.what === 'ended' ? place + 1 : 1);
  leg.played = item.what === 'ended' ? 0 : leg.played - 1;
}

function happen(leg: NetworkLeg, item: Item): News {
  switch (item.what) {
    case 'incoming':
      // It rings at our end from now on, though its caller hears so only once we take it.
      leg.row.tm_ringing ??= item.at;
      return { event: 'incoming', key: 'incoming', ...told(leg) };
    case 'ringing':
      leg.row.tm_ringing ??= item.at;
      return { event: 'ringing', key: 'ringing' };
    case 'answered':
      leg.row.tm_answer ??= item.at;
      hearVoice(leg, item.party, item.at);
      return { event: 'answered', key: 'answered', party: item.party };
    case 'dtmf':
      hearKey(leg, item.digit, item.at);
      return { event: 'dtmf', key: `dtmf:${item.n}`, digit: item.digit };
    case 'media':
    case 'party':
    case 'recording':
    case 'recorded':
    case 'stream_ended':
      return soundNews(leg, item);
    case 'ended':
      return endedNews(leg, item);
  }
}

function told({ visitor }: NetworkLeg): Visitor['told'] {
  assert(visitor !== null, 'who calls us is known to the network');
  return visitor.told;
}

function endedNews(leg: NetworkLeg, item: Extract<Item, { what: 'ended' }>): News {
  leg.row.tm_end ??= item.at;
  leg.row.final_code ??= item.sip_code;
  leg.ended_by ??= item.by;
  leg.q850 ??= item.q850;
  const end = endOf(leg.row, leg);
  return { event: 'ended', key: 'ended', end, talk_ms: talkOf(leg.row), mos: leg.mos };
}

type Moments = Pick<SandboxLeg, 'tm_ringing' | 'tm_answer' | 'tm_end' | 'final_code'>;

type Ends = Pick<Stash, 'ended_by' | 'q850' | 'visitor'>;

function endOf(row: Moments, { ended_by, q850, visitor }: Ends): End {
  return {
    sip_code: row.final_code ?? 200,
    q850,
    by: ended_by ?? 'far_end',
    rang: row.tm_ringing !== null,
    answered: row.tm_answer !== null,
    incoming: visitor != null,
  };
}

function talkOf({ tm_answer, tm_end }: Moments): number {
  return tm_answer === null || tm_end === null ? 0 : Math.max(0, tm_end - tm_answer);
}

/** The leg as the carrier shows it to someone who asks. */
export function stateOf(row: SandboxLeg): LegState {
  if (!isPlaced(row)) return { state: 'absent' };
  const leg_ref = row.leg_ref as LegRef;
  if (row.tm_end !== null) {
    const end = endOf(row, row.script as unknown as Stash);
    return {
      state: 'ended',
      leg_ref,
      ending: endingOfEnd(end),
      answered: end.answered,
      talk_ms: talkOf(row),
    };
  }
  if (row.tm_answer !== null) return { state: 'answered', leg_ref };
  return { state: row.tm_ringing === null ? 'dialing' : 'ringing', leg_ref };
}
