import { type Address, isOneLeg } from '../kernel/address.ts';
import type { CallId, GroupId } from '../kernel/brand.ts';
import { derive } from '../kernel/uuid.ts';
import type { GroupEffect, GroupEventOf, GroupStep } from './effects.ts';
import { stay } from './effects.ts';
import { type Groupcall, type GroupcallDraft, live, type Rung } from './groupcall.ts';

type Step = GroupStep<Groupcall>;

/** A new groupcall, ringing its first destination or all of them. */
export function openGroupcall(draft: GroupcallDraft): Step {
  const fresh: Groupcall = {
    ...draft,
    kind: 'groupcall',
    status: 'progressing',
    rung: [],
    dial_index: 0,
    answer_id: null,
    admits: draft.master_group_id === null,
    heard_id: null,
    reason: 'normal',
    timers: {},
    told_count: 0,
    tm_update: draft.tm_create,
    tm_delete: null,
  };
  const rung = ring(fresh);
  const created: GroupEffect = { do: 'notice_tell', notice: 'groupcall_created' };
  const step = { state: rung.state, effects: [created, ...rung.effects] };
  if (step.state.rung.length > 0) return step;
  const over = close(step.state);
  return { state: over.state, effects: [...step.effects, ...over.effects] };
}

/** Rings the next destination; all that are left where all ring at once. */
function ring(group: Groupcall): Step {
  const { destinations, dial_index, ring_method } = group;
  const until = ring_method === 'linear' ? dial_index + 1 : destinations.length;
  const next = destinations.slice(dial_index, until);
  const rung = next.map((to, place) => rungOf(group, to, dial_index + place));
  const effects = next.map((to, place) => orderFor(group, to, rung[place] as Rung));
  return stay(
    { ...group, dial_index: dial_index + next.length, rung: [...group.rung, ...rung] },
    effects,
  );
}

/** What is reached by one leg is called; anybody else is rung by a group of its own. */
function rungOf({ id, tm_create }: Groupcall, { type }: Address, place: number): Rung {
  const is = isOneLeg({ type }) ? 'call' : 'group';
  return {
    id: derive(id, `${is}:${place}`, tm_create),
    is,
    state: 'ringing',
    call_id: null,
    code: null,
  };
}

function orderFor(group: Groupcall, destination: Address, rung: Rung): GroupEffect {
  const { master_call_id, source, flow_id, actions, room_id, early_execution, variables } = group;
  const same = { master_call_id, source, flow_id, actions, room_id, early_execution, variables };
  if (rung.is === 'call') {
    const { hops, dial_timeout_ms, max_duration_ms, sandbox, test } = group;
    const limits = { hops, dial_timeout_ms, max_duration_ms, sandbox, test };
    const call_id = rung.id as CallId;
    return { do: 'member_place', order: { call_id, destination, ...same, ...limits } };
  }
  const { answer_method } = group;
  return {
    do: 'group_open',
    order: {
      ...same,
      kind: 'groupcall',
      group_id: rung.id as GroupId,
      master_group_id: group.id,
      destinations: [destination],
      ring_method: 'ring_all',
      answer_method,
    },
  };
}

/** The first to ring is heard ringing, where that was asked for. */
export function hear(
  group: Groupcall,
  event: GroupEventOf<'member_ringing' | 'nested_ringing'>,
): Step {
  if (!group.early_execution || group.heard_id !== null || group.answer_id !== null)
    return stay(group);
  const id = event.type === 'member_ringing' ? event.call_id : event.nested_id;
  const one = group.rung.find((each) => each.id === id);
  if (one?.state !== 'ringing') return stay(group);
  const chosen = { ...group, heard_id: id };
  const { master_group_id } = group;
  if (master_group_id === null) return stay(chosen, [letHear(one)]);
  const fact = { type: 'nested_ringing', nested_id: group.id } as const;
  return stay(chosen, [{ do: 'group_tell', group_id: master_group_id, fact }]);
}

/** The group around this one lets it be heard: the one that is heard here is. */
export function heard(group: Groupcall): Step {
  return stay(
    group,
    live(group)
      .filter(({ id }) => id === group.heard_id)
      .map(letHear),
  );
}

/** Somebody has answered: the first stays, and the others are hung up. */
export function answer(
  group: Groupcall,
  event: GroupEventOf<'member_answered' | 'nested_answered'>,
): Step {
  const id = event.type === 'member_answered' ? event.call_id : event.nested_id;
  const one = group.rung.find((each) => each.id === id);
  // One given up that answers all the same is hung up: nobody else would.
  if (one?.state === 'ended') return stay(group, [hangUp(one)]);
  if (one?.state !== 'ringing') return stay(group);
  const found: Rung = { ...one, state: 'answered', call_id: event.call_id };
  const known = withRung(group, found);
  if (group.answer_id !== null && group.answer_method === 'hangup_others')
    return stay(known, [hangUp(found)]);
  const first = { ...known, answer_id: group.answer_id ?? id };
  const others = group.answer_method === 'hangup_others' ? live(known).filter(isNot(id)) : [];
  const told = group.admits
    ? [admit(found), ...tellMaster(first, found)]
    : tellParent(first, found);
  return stay(first, [...told, ...others.map(hangUp)]);
}

/** The group around this one has chosen it: whoever answered here may stay. */
export function admitted(group: Groupcall): Step {
  if (group.admits || group.answer_id === null) return stay(group);
  const answered = group.rung.filter(({ state }) => state === 'answered');
  return stay({ ...group, admits: true }, answered.map(admit));
}

type Lost = GroupEventOf<'member_ended' | 'member_refused' | 'nested_ended'>;

/** A destination is out of the game, or the talk is over. */
export function lose(group: Groupcall, event: Lost): Step {
  const id = event.type === 'nested_ended' ? event.nested_id : event.call_id;
  const one = group.rung.find((each) => each.id === id);
  if (one === undefined || one.state === 'ended') return stay(group);
  const code = event.type === 'member_ended' ? null : event.code;
  const known = withRung(group, { ...one, state: 'ended', code });
  const rest = reasoned(known.heard_id === id ? { ...known, heard_id: null } : known, event, id);
  const left = live(rest);
  if (left.length > 0)
    return rest.answer_id === id && rest.answer_method === 'hangup_others'
      ? hangUpAll(rest)
      : stay(rest);
  const more = rest.answer_id === null && rest.status === 'progressing';
  return more && rest.dial_index < rest.destinations.length ? ring(rest) : close(rest);
}

function reasoned(group: Groupcall, event: Lost, id: string): Groupcall {
  if (event.type === 'member_refused') return group;
  const decides = group.answer_id === null || group.answer_id === id;
  return decides ? { ...group, reason: event.reason } : group;
}

/** Everybody is asked to hang up; over at once where there is nobody. */
export function hangUpAll(group: Groupcall): Step {
  const left = live(group);
  if (left.length === 0) return close(group);
  return stay({ ...group, status: 'hangingup' }, left.map(hangUp));
}

/** Customers see it no more; what still rings or talks is hung up. */
export function remove(group: Groupcall, event: GroupEventOf<'delete_asked'>): Step {
  const step = group.status === 'progressing' ? hangUpAll(group) : stay(group);
  return { ...step, state: { ...step.state, tm_delete: step.state.tm_delete ?? event.at } };
}

/** Everything has ended. */
function close(group: Groupcall): Step {
  const over: Groupcall = { ...group, status: 'hangup' };
  const { id, master_call_id, master_group_id, reason } = over;
  // Whoever asked learns why only where nobody could be called at all.
  const code = over.rung.every((each) => each.code !== null)
    ? (over.rung.at(-1)?.code ?? null)
    : null;
  const effects: GroupEffect[] = [];
  if (master_group_id !== null)
    effects.push({
      do: 'group_tell',
      group_id: master_group_id,
      fact: { type: 'nested_ended', nested_id: id, reason, code },
    });
  else if (master_call_id !== null)
    effects.push({
      do: 'call_tell',
      call_id: master_call_id,
      fact: { type: 'group_ended', group_id: id, reason, code },
    });
  return stay(over, effects);
}

function tellMaster({ id, master_call_id }: Groupcall, { call_id }: Rung): GroupEffect[] {
  if (master_call_id === null || call_id === null) return [];
  const fact = { type: 'group_answered', group_id: id, member_call_id: call_id } as const;
  return [{ do: 'call_tell', call_id: master_call_id, fact }];
}

function tellParent({ id, master_group_id }: Groupcall, { call_id }: Rung): GroupEffect[] {
  if (master_group_id === null || call_id === null) return [];
  const fact = { type: 'nested_answered', nested_id: id, call_id } as const;
  return [{ do: 'group_tell', group_id: master_group_id, fact }];
}

function admit({ id, is }: Rung): GroupEffect {
  const fact = { type: 'admitted' } as const;
  return is === 'call'
    ? { do: 'call_tell', call_id: id as CallId, fact }
    : { do: 'group_tell', group_id: id as GroupId, fact };
}

function letHear({ id, is }: Rung): GroupEffect {
  const fact = { type: 'heard' } as const;
  return is === 'call'
    ? { do: 'call_tell', call_id: id as CallId, fact }
    : { do: 'group_tell', group_id: id as GroupId, fact };
}

function hangUp({ id, is }: Rung): GroupEffect {
  return is === 'call'
    ? { do: 'call_tell', call_id: id as CallId, fact: { type: 'hangup_asked', reason: 'normal' } }
    : { do: 'group_tell', group_id: id as GroupId, fact: { type: 'hangup_asked' } };
}

function withRung(group: Groupcall, changed: Rung): Groupcall {
  return { ...group, rung: group.rung.map((one) => (one.id === changed.id ? changed : one)) };
}

function isNot(id: string): (rung: Rung) => boolean {
  return (rung) => rung.id !== id;
}

/** Somebody answered too late: a hangup was on its way already, and is sent once more. */
export function tooLate(
  group: Groupcall,
  event: GroupEventOf<'member_answered' | 'nested_answered'>,
): Step {
  const id = event.type === 'member_answered' ? event.call_id : event.nested_id;
  return stay(
    group,
    live(group)
      .filter((one) => one.id === id)
      .map(hangUp),
  );
}
