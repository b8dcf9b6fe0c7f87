import type { Address } from '../../kernel/address.ts';
import type { CallId, GroupId, Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import { derive } from '../../kernel/uuid.ts';
import type { Call } from '../../calls/call.ts';
import type { TransferType } from '../../calls/transfer_facts.ts';
import type { FlowRun } from '../../flows/flow.ts';
import { type Language, verbOf } from '../../flows/language.ts';
import type { Transfer, TransferDraft } from '../../groups/transfer.ts';
import { openTransfer } from '../../groups/transfer_moves.ts';
import type { GroupStore } from '../../store/groups.ts';
import type { Leg } from '../../store/store.ts';
import type { Loop } from '../loop.ts';
import type { GroupLoop } from './loop.ts';

/** A POST /v1/transfers, checked against the contract. */
export interface TransferOrder {
  readonly transferer_call_id: CallId;
  readonly transfer_type: TransferType;
  readonly transferee_addresses: readonly Address[];
  /** The transfer's id is derived from it. */
  readonly seed: { readonly name: string; readonly at: Instant };
}

export interface TransferParts {
  readonly calls: Loop;
  readonly loop: GroupLoop;
  readonly groups: GroupStore;
  readonly clock: Clock;
  readonly language: Language;
}

/** Begins a transfer; refuses it where the call does not talk with exactly one other. */
export async function transfer(
  parts: TransferParts,
  order: TransferOrder,
): Promise<Transfer | Refusal> {
  const { name, at } = order.seed;
  const id = derive<GroupId>(name, 'transfer', at);
  const own = await parts.calls.current(order.transferer_call_id);
  if (own === null) return refusal('not_found', '/transferer_call_id');
  const known = await loaded(parts.groups, id, own.call);
  // The same request once more: what it has begun goes on.
  if (known !== null) return known;
  const talk = await talkOf(parts, own);
  if (talk === null) return refusal('transfer_impossible', '/transferer_call_id');
  const { transfer_type, transferee_addresses } = order;
  const what = { id, transfer_type, transferee_addresses, tm_create: parts.clock.now() };
  await parts.loop.open(openTransfer({ ...what, ...talk, ...limitsOf(own.call) }));
  return (await loaded(parts.groups, id, own.call)) ?? refusal('conflict');
}

async function loaded(
  groups: GroupStore,
  id: GroupId,
  { customer_id }: Call,
): Promise<Transfer | null> {
  const group = (await groups.load(id))?.group ?? null;
  return group?.kind === 'transfer' && group.customer_id === customer_id ? group : null;
}

/** What the transferee's call takes over. It is called from our side of the transferer's call. */
function limitsOf(
  call: Call,
): Pick<
  TransferDraft,
  'customer_id' | 'source' | 'hops' | 'dial_timeout_ms' | 'max_duration_ms' | 'test'
> {
  const { customer_id, direction, source, destination, passage, dial_timeout_ms, test } = call;
  return {
    customer_id,
    source: direction === 'incoming' ? destination : source,
    hops: passage.hops,
    dial_timeout_ms,
    max_duration_ms: call.talk_ms_max,
    test,
  };
}

type Talk = Pick<
  TransferDraft,
  'transferer_call_id' | 'peer_call_id' | 'transferer_is' | 'room_id'
>;

/** With whom a call talks: its master, or the one it has called; null where that is not certain. */
async function talkOf(parts: TransferParts, own: Leg): Promise<Talk | null> {
  const { call } = own;
  if (call.status !== 'progressing') return null;
  const { id, master_call_id, room_id } = call;
  if (master_call_id !== null && room_id !== null) {
    const master = await parts.calls.current(master_call_id);
    if (master === null || !mayHandOver(parts.language, master, id)) return null;
    const roles = { transferer_call_id: id, peer_call_id: master_call_id } as const;
    return { ...roles, transferer_is: 'child', room_id };
  }
  const child = await onlyChildOf(parts, call);
  if (child?.room_id == null || !mayHandOver(parts.language, own, child.id)) return null;
  const roles = { transferer_call_id: id, peer_call_id: child.id } as const;
  return { ...roles, transferer_is: 'master', room_id: child.room_id };
}

/** The one chained call that talks in a room; null where there is none, or more than one. */
async function onlyChildOf({ calls }: TransferParts, call: Call): Promise<Call | null> {
  const legs = await Promise.all(call.chained_call_ids.map((id) => calls.current(id)));
  const talking = legs.flatMap((leg) =>
    leg?.call.status === 'progressing' && leg.call.room_id !== null ? [leg.call] : [],
  );
  const [only] = talking;
  return talking.length === 1 && only !== undefined ? only : null;
}

/** Whether a call talks with one chained to it by an action that lets it be transferred. */
function mayHandOver(language: Language, { call, run }: Leg, child_id: CallId): boolean {
  if (call.status !== 'progressing' || !call.chained_call_ids.includes(child_id)) return false;
  return isIdle(run, call) || bridges(language, run);
}

function bridges(language: Language, { current_action }: FlowRun): boolean {
  return current_action !== null && verbOf(language, current_action.type)?.kind.bridges === true;
}

/** A leg that was only called into a room itself, and holds who was transferred to it. */
function isIdle(run: FlowRun, { room_id }: Call): boolean {
  return run.status === 'running' && run.current_action === null && room_id !== null;
}
