import type { Address } from '../kernel/address.ts';
import type { CallId, GroupId, Instant, RoomId } from '../kernel/brand.ts';
import type { HangupReason } from '../calls/call.ts';
import type { TransferType } from '../calls/transfer_facts.ts';
import type { GroupFacts } from './group.ts';

/**
 * initiating: the master has not let its child go yet · ringing: the transferee's phones ring ·
 * consulting: transferer and transferee talk, and the peer waits · bridged: who is left talks with
 * the transferee · returned: the transferee is out, and all is as it was · ended.
 */
export type TransferStatus =
  'initiating' | 'ringing' | 'consulting' | 'bridged' | 'returned' | 'ended';

/** One of two who talk, the transferer, hands the other, the peer, to a third, the transferee. */
export interface Transfer extends GroupFacts {
  readonly kind: 'transfer';
  readonly status: TransferStatus;
  readonly transfer_type: TransferType;
  readonly transferer_call_id: CallId;
  readonly peer_call_id: CallId;
  /** Which of the two had called the other: a master's end is its child's. */
  readonly transferer_is: 'master' | 'child';
  /** Where they talk. */
  readonly room_id: RoomId;
  readonly source: Address;
  readonly transferee_addresses: readonly Address[];
  /** The groupcall by which the transferee's phones ring. */
  readonly ring_id: GroupId;
  readonly ring_open: boolean;
  readonly transferee_call_id: CallId | null;
  readonly transferer_gone: boolean;
  readonly peer_gone: boolean;
  /** Whether the peer is on hold. */
  readonly peer_held: boolean;
  /** Who talks with the transferee once one of the two is gone. */
  readonly holder_call_id: CallId | null;
  /** Why the transferee was not reached; null where it was, or nobody knows yet. */
  readonly reason: HangupReason | null;
  /** Of the transferer's call: calls that go round in circles are told apart by it. */
  readonly hops: number;
  readonly dial_timeout_ms: number;
  readonly max_duration_ms: number;
  readonly test: boolean;
  readonly tm_end: Instant | null;
}

/** All that a transfer is made of, before anything has happened. */
export type TransferDraft = Pick<
  Transfer,
  | 'id'
  | 'customer_id'
  | 'transfer_type'
  | 'transferer_call_id'
  | 'peer_call_id'
  | 'transferer_is'
  | 'room_id'
  | 'source'
  | 'transferee_addresses'
  | 'hops'
  | 'dial_timeout_ms'
  | 'max_duration_ms'
  | 'test'
  | 'tm_create'
>;

/** The call that had called the other. */
export function masterOf(own: Transfer): CallId {
  return own.transferer_is === 'master' ? own.transferer_call_id : own.peer_call_id;
}

export function childOf(own: Transfer): CallId {
  return own.transferer_is === 'master' ? own.peer_call_id : own.transferer_call_id;
}
