import { assert } from '../kernel/assert.ts';
import type { Address } from '../kernel/address.ts';
import type { CallId, CustomerId, EventId, GroupId, Instant } from '../kernel/brand.ts';
import type { HangupReason } from '../calls/call.ts';
import type { GroupFact } from '../calls/group_facts.ts';
import type { GroupEffect, GroupStep } from './effects.ts';
import type { Groupcall, GroupcallDraft } from './groupcall.ts';
import { groupcallMachine } from './groupcall_machine.ts';
import { openGroupcall } from './groupcall_moves.ts';
import { advance, opened as counted } from './machine.ts';

/** Words for stories of groupcalls: members are called a, b, c … by their place. */

const LETTERS = 'abcdefgh';
const NOBODY = { target_name: '', name: '', detail: '' };

/** Capital letters are agents: groups within the group. */
function addressOf(letter: string): Address {
  const agent = letter === letter.toUpperCase();
  return { ...NOBODY, type: agent ? 'agent' : 'tel', target: letter };
}

/** A groupcall in words: "linear", "everybody", "early", "nested", "alone", and who is rung. */
export function opened(words: string): GroupStep<Groupcall> {
  const traits = words.split(' ');
  const whom = traits.at(-1) ?? '';
  const has = (trait: string): boolean => traits.includes(trait);
  const draft: GroupcallDraft = {
    id: 'g' as GroupId,
    customer_id: 'customer' as CustomerId,
    parent_id: null,
    reference_id: null,
    source: addressOf('s'),
    destinations: [...whom].map(addressOf),
    ring_method: has('linear') ? 'linear' : 'ring_all',
    answer_method: has('everybody') ? '' : 'hangup_others',
    flow_id: null,
    actions: [],
    room_id: null,
    early_execution: has('early'),
    variables: {},
    dial_timeout_ms: 60_000,
    max_duration_ms: 60_000,
    sandbox: null,
    test: true,
    hops: 0,
    master_call_id: has('alone') ? null : ('master' as CallId),
    master_group_id: has('nested') ? ('around' as GroupId) : null,
    owner_type: '',
    owner_id: null,
    depth: 0,
    tm_create: 1_000 as Instant,
  };
  return counted(openGroupcall(draft), draft.tm_create);
}

/** Reads a fact: "rings a", "up b", "down b busy", "no c no_route", "hangup", "master" … */
export function factIn(words: string, group: Groupcall): GroupFact {
  const [stem = '', letter = '', word = 'normal'] = words.split(' ');
  const id = group.rung[LETTERS.indexOf(letter.toLowerCase())]?.id ?? 'stranger';
  const nested = letter !== letter.toLowerCase();
  const call_id = id as CallId;
  const nested_id = id as GroupId;
  const reason = word as HangupReason;
  const facts: Readonly<Record<string, GroupFact>> = {
    rings: nested ? { type: 'nested_ringing', nested_id } : { type: 'member_ringing', call_id },
    up: nested
      ? { type: 'nested_answered', nested_id, call_id: `call of ${letter}` as CallId }
      : { type: 'member_answered', call_id },
    down: nested
      ? { type: 'nested_ended', nested_id, reason, code: null }
      : { type: 'member_ended', call_id, reason },
    no: nested
      ? { type: 'nested_ended', nested_id, reason: 'failed', code: word }
      : { type: 'member_refused', call_id, code: word },
    admitted: { type: 'admitted' },
    heard: { type: 'heard' },
    master: { type: 'master_ended' },
    hangup: { type: 'hangup_asked' },
    delete: { type: 'delete_asked' },
  };
  const fact = facts[stem];
  assert(fact !== undefined, `no story tells of ${stem}`);
  return fact;
}

export interface Told {
  readonly group: Groupcall;
  /** What was ordered at each step, in words; the first is its opening. */
  readonly steps: readonly string[];
}

/** Tells a groupcall everything, one after the other. */
export function tell(opening: string, facts: string): Told {
  const first = opened(opening);
  let group = first.state;
  const steps = [said(first)];
  for (const [place, words] of facts
    .split(',')
    .map((each) => each.trim())
    .entries()) {
    if (words === '') continue;
    const named = { id: `e${place}` as EventId, subject_id: group.id };
    const event = { ...factIn(words, group), ...named, at: (2_000 + place) as Instant };
    const step = advance(groupcallMachine, group, event);
    assert(step !== null, `a groupcall does not know ${words}`);
    group = step.state;
    steps.push(said(step));
  }
  return { group, steps };
}

function said({ state, effects }: GroupStep<Groupcall>): string {
  return effects.map((effect) => wordsOf(effect, state)).join(' ');
}

function nameOf(id: string, { rung, destinations }: Groupcall): string {
  const place = rung.findIndex((one) => one.id === id);
  return place === -1 ? id : (destinations[place]?.target ?? id);
}

function wordsOf(effect: GroupEffect, group: Groupcall): string {
  switch (effect.do) {
    case 'member_place':
      return `call:${effect.order.destination.target}`;
    case 'group_open':
      return `ring:${'destinations' in effect.order ? effect.order.destinations[0]?.target : ''}`;
    case 'notice_tell':
      return effect.notice.replace('groupcall_', '');
    case 'call_tell':
    case 'group_tell': {
      const whom = 'call_id' in effect ? effect.call_id : effect.group_id;
      const { fact } = effect;
      const more = 'code' in fact && fact.code !== null ? `(${fact.code})` : '';
      const why = 'reason' in fact && fact.type !== 'hangup_asked' ? `(${fact.reason})` : '';
      return `${nameOf(whom, group)}:${fact.type}${more === '' ? why : more}`;
    }
    default:
      return effect.do;
  }
}
