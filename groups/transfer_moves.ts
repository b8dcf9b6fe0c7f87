import type { CallId, GroupId, Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import { derive } from '../kernel/uuid.ts';
import type { GroupEffect, GroupEventOf, GroupStep } from './effects.ts';
import { stay } from './effects.ts';
import { withTimer } from './group.ts';
import { childOf, masterOf, type Transfer, type TransferDraft } from './transfer.ts';
import * as tell from './transfer_tellings.ts';

type Step = GroupStep<Transfer>;
type Moment = { readonly at: Instant };
type Silent = GroupEventOf<'nested_ended'>;

/** Phones that were told to be silent and have not said that they are, are told again. */
export const HANG_UP_AGAIN_MS = 10_000;

/** A new transfer: the master is asked to let its child go, so that its end is not the child's. */
export function openTransfer(draft: TransferDraft): Step {
  const fresh: Transfer = {
    ...draft,
    kind: 'transfer',
    status: 'initiating',
    ring_id: derive<GroupId>(draft.id, 'ring', draft.tm_create),
    ring_open: false,
    transferee_call_id: null,
    transferer_gone: false,
    peer_gone: false,
    peer_held: false,
    holder_call_id: null,
    reason: null,
    tm_end: null,
    parent_id: null,
    reference_id: draft.transferer_call_id,
    timers: {},
    told_count: 0,
    tm_update: draft.tm_create,
    tm_delete: null,
  };
  return stay(fresh, [{ do: 'notice_tell', notice: 'transfer_created' }, tell.release(fresh)]);
}

/** Both are ours now. The transferee is rung, and whoever is in the way goes. */
export function begin(own: Transfer, event: GroupEventOf<'child_let_go'>): Step {
  const freed = tell.released(own);
  if (own.peer_gone) return and(end(own, event), [freed, tell.hangUp(own.transferer_call_id)]);
  const ringing: Transfer = { ...own, status: 'ringing', ring_open: true };
  const effects = [freed, tell.ring(own)];
  if (own.transferer_gone) return stay(ringing, effects);
  if (own.transfer_type === 'attended')
    return stay({ ...ringing, peer_held: true }, [...effects, tell.held(own)]);
  return stay({ ...ringing, transferer_gone: true }, [
    ...effects,
    tell.hangUp(own.transferer_call_id),
  ]);
}

/** There is nothing to transfer. */
export function fail(own: Transfer, event: GroupEventOf<'child_kept'>): Step {
  return end({ ...own, reason: 'failed' }, event);
}

/** The transferee has answered: it talks with the transferer, or with the peer if that is gone. */
export function answer(own: Transfer, event: GroupEventOf<'nested_answered'>): Step {
  if (event.nested_id !== own.ring_id) return refuse(own, event);
  const known: Transfer = { ...own, transferee_call_id: event.call_id };
  const admitted = tell.admitted(own);
  if (!own.transferer_gone) return stay({ ...known, status: 'consulting' }, [admitted]);
  const { state, effects } = bridge(known, own.peer_call_id);
  return stay(state, [admitted, ...effects]);
}

/** Whoever answers too late is hung up. */
export function refuse(own: Transfer, event: GroupEventOf<'nested_answered'>): Step {
  const known = own.ring_open && event.call_id === own.transferee_call_id;
  return stay(own, known ? [] : [tell.hungUp(event.nested_id)]);
}

/** From now on one of the two talks with the transferee, which is chained to it. */
function bridge(own: Transfer, holder: CallId): Step {
  const { transferee_call_id: other } = own;
  if (other === null) return stay(own);
  const bridged: Transfer = { ...own, status: 'bridged', holder_call_id: holder };
  return stay({ ...bridged, peer_held: false }, [
    ...unheld(own),
    ...tell.adopted(own, { master: holder, child: other }),
  ]);
}

/** A peer that goes elsewhere is heard there. */
function unheld(own: Transfer): readonly GroupEffect[] {
  return own.peer_held ? [tell.unheld(own)] : [];
}

/** The transferee was not reached: the two are as they were, or the peer is told why. */
export function miss(own: Transfer, event: Silent): Step {
  if (event.nested_id !== own.ring_id) return stay(own);
  const silent = quiet({ ...own, ring_open: false });
  const reason = event.reason === 'normal' ? 'failed' : event.reason;
  if (!own.transferer_gone) return giveBack({ ...silent, reason });
  return and(end({ ...silent, reason }, event), [tell.hangUp(own.peer_call_id, reason)]);
}

/** The transferee hangs up while the peer still waits. */
export function withdraw(own: Transfer, event: Silent): Step {
  if (event.nested_id !== own.ring_id) return stay(own);
  return giveBack(quiet({ ...own, ring_open: false }));
}

function giveBack(own: Transfer): Step {
  return stay({ ...own, status: 'returned', peer_held: false }, [
    tell.unheld(own),
    ...tell.adopted(own, { master: masterOf(own), child: childOf(own) }),
  ]);
}

/** The talk with the transferee is over: whoever talked with it goes on, or hangs up. */
export function finish(own: Transfer, event: Silent): Step {
  if (event.nested_id !== own.ring_id) return stay(own);
  const { holder_call_id } = own;
  const over = end(quiet({ ...own, ring_open: false }), event);
  return holder_call_id === null ? over : and(over, [tell.over(own, holder_call_id)]);
}

export function silence(own: Transfer, event: Silent): Step {
  return event.nested_id === own.ring_id ? stay(quiet({ ...own, ring_open: false })) : stay(own);
}

/** Gone is a master that hangs up, or whose flow is taken elsewhere, and a child that hangs up. */
type Gone = GroupEventOf<'master_ended' | 'member_ended' | 'hangup_asked'>;

/** Which of the two has ended; null where it is neither. */
function whoIs(own: Transfer, event: Gone): 'transferer' | 'peer' | null {
  const id = goneId(own, event);
  if (id === own.transferer_call_id) return 'transferer';
  return id === own.peer_call_id ? 'peer' : null;
}

function goneId(own: Transfer, event: Gone): CallId {
  return event.type === 'member_ended' ? event.call_id : masterOf(own);
}

function without(own: Transfer, event: Gone): Transfer {
  const who = whoIs(own, event);
  if (who === 'transferer') return { ...own, transferer_gone: true };
  return who === 'peer' ? { ...own, peer_gone: true } : own;
}

/** Before the master has let go: it is found out when it does. */
export function note(own: Transfer, event: Gone): Step {
  return stay(without(own, event));
}

/** While phones ring: the transfer goes on without the transferer, but not without the peer. */
export function leaveRinging(own: Transfer, event: Gone): Step {
  const left = without(own, event);
  if (left.peer_gone && !own.peer_gone) return abandon(left, event);
  if (!own.peer_held || !left.transferer_gone) return stay(left);
  return stay({ ...left, peer_held: false }, [tell.unheld(own)]);
}

/** Nobody is left to hand over. */
function abandon(own: Transfer, event: Moment): Step {
  const hung = giveUp(own, event);
  const over = end({ ...hung.state, peer_held: false }, event);
  const rest = own.transferer_gone ? [] : [tell.released_from(own)];
  return and(over, [...unheld(own), ...hung.effects, ...rest]);
}

/** While transferer and transferee talk: who hangs up leaves the transferee to the other. */
export function leaveConsulting(own: Transfer, event: Gone): Step {
  const left = without(own, event);
  if (left === own) return stay(own);
  return bridge(left, left.peer_gone ? own.transferer_call_id : own.peer_call_id);
}

/** Two are left: when one of them goes, the transferee goes too. */
export function leaveBridged(own: Transfer, event: Gone): Step {
  const left = without(own, event);
  if (goneId(own, event) !== own.holder_call_id) return stay(left);
  const hung = giveUp(left, event);
  return and(end(hung.state, event), hung.effects);
}

/** As it was: the child goes with its master, and without its child the master goes on. */
export function leaveReturned(own: Transfer, event: Gone): Step {
  if (whoIs(own, event) === null) return stay(own);
  const by_master = event.type !== 'member_ended';
  const last = by_master ? tell.hangUp(childOf(own)) : tell.over(own, masterOf(own));
  return and(end(without(own, event), event), [last]);
}

/** Another transfer answers for them. */
export function handOver(own: Transfer, event: Moment): Step {
  return end(own, event);
}

export function fire(own: Transfer, event: GroupEventOf<'timer_fired'>): Step {
  return own.ring_open ? giveUp(own, event) : stay(own);
}

function giveUp(own: Transfer, { at }: Moment): Step {
  if (!own.ring_open) return stay(own);
  return stay(withTimer(own, 'ring', after(at, HANG_UP_AGAIN_MS)), [tell.hungUp(own.ring_id)]);
}

function quiet(own: Transfer): Transfer {
  return withTimer(own, 'ring', null);
}

function end(own: Transfer, { at }: Moment): Step {
  return stay({ ...own, status: 'ended', tm_end: at });
}

function and({ state, effects }: Step, more: readonly GroupEffect[]): Step {
  return { state, effects: [...effects, ...more] };
}
