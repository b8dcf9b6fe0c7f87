import { NULL_ID } from '../kernel/brand.ts';
import { rfc3339 } from '../kernel/instant.ts';
import { publicAddress } from '../calls/public.ts';
import type { Cell, Machine } from './machine.ts';
import { ignore } from './machine.ts';
import type { Transfer, TransferStatus } from './transfer.ts';
import * as moves from './transfer_moves.ts';

type Known =
  | 'child_let_go'
  | 'child_kept'
  | 'nested_answered'
  | 'nested_ended'
  | 'master_ended'
  | 'member_ended'
  | 'hangup_asked'
  | 'handed_over'
  | 'timer_fired';
type Row = { readonly [Type in Known]: Cell<Transfer, Type> };

const early = ignore('no phones ring yet');
const own = ignore('what is not ours yet is not handed over');
const known = ignore('the master has said so already');

const BEGUN = {
  child_let_go: known,
  child_kept: known,
  nested_answered: moves.refuse,
  handed_over: moves.handOver,
  timer_fired: moves.fire,
} as const;

/** The whole life of a transfer. Every status answers every fact. */
export const TRANSFER_TABLE: { readonly [Status in TransferStatus]: Row } = {
  initiating: {
    child_let_go: moves.begin,
    child_kept: moves.fail,
    nested_answered: early,
    nested_ended: early,
    master_ended: moves.note,
    member_ended: moves.note,
    hangup_asked: moves.note,
    handed_over: own,
    timer_fired: moves.fire,
  },
  ringing: {
    ...BEGUN,
    nested_answered: moves.answer,
    nested_ended: moves.miss,
    master_ended: moves.leaveRinging,
    member_ended: moves.leaveRinging,
    hangup_asked: moves.leaveRinging,
  },
  consulting: {
    ...BEGUN,
    nested_ended: moves.withdraw,
    master_ended: moves.leaveConsulting,
    member_ended: moves.leaveConsulting,
    hangup_asked: moves.leaveConsulting,
  },
  bridged: {
    ...BEGUN,
    nested_ended: moves.finish,
    master_ended: moves.leaveBridged,
    member_ended: moves.leaveBridged,
    hangup_asked: moves.leaveBridged,
  },
  returned: {
    ...BEGUN,
    nested_ended: moves.silence,
    master_ended: moves.leaveReturned,
    member_ended: moves.leaveReturned,
    hangup_asked: moves.leaveReturned,
  },
  ended: {
    ...BEGUN,
    handed_over: ignore('the transfer is over'),
    nested_ended: moves.silence,
    master_ended: ignore('the transfer is over'),
    member_ended: ignore('the transfer is over'),
    hangup_asked: ignore('the transfer is over'),
  },
};

/** One who talks hands the other to a third, as the engine runs it. */
export const transferMachine: Machine<Transfer> = {
  kind: 'transfer',
  table: TRANSFER_TABLE,
  ended_by: { type: 'hangup_asked' },
  isLive: ({ status, ring_open }) => status !== 'ended' || ring_open,
  wants: ({ status, ring_id }, id) => id === ring_id && status !== 'ended' && status !== 'returned',
  newsOf: (before, after) => (before.status === after.status ? [] : ['transfer_updated']),
  show: publicTransfer,
};

/** A transfer as customers see it, in VoIPBIN's words; how it stands is ours. */
function publicTransfer(transfer: Transfer): Record<string, unknown> {
  return {
    id: transfer.id,
    customer_id: transfer.customer_id,
    type: transfer.transfer_type,
    status: transfer.status,
    transferer_call_id: transfer.transferer_call_id,
    peer_call_id: transfer.peer_call_id,
    transferee_addresses: transfer.transferee_addresses.map(publicAddress),
    transferee_call_id: transfer.transferee_call_id ?? NULL_ID,
    groupcall_id: transfer.ring_id,
    confbridge_id: transfer.room_id,
    reason: transfer.reason ?? '',
    tm_create: rfc3339(transfer.tm_create),
    tm_end: rfc3339(transfer.tm_end),
    tm_update: rfc3339(transfer.tm_update),
    tm_delete: rfc3339(transfer.tm_delete),
  };
}
