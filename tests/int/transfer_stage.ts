import assert from 'node:assert/strict';
import type { TransferType } from '../../calls/transfer_facts.ts';
import type { Transfer } from '../../groups/transfer.ts';
import type { CallId } from '../../kernel/brand.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Leg } from '../../store/store.ts';
import { type GroupStage, openStage, PHONE, tel } from './group_stage.ts';

export const CONNECT = [
  { id: 'c', type: 'connect', option: { destinations: [tel(PHONE)] } },
  { id: 'after', type: 'sleep', option: { duration: 600_000 } },
];

/** Two who talk: who has called, and who was called. */
export interface Talk {
  readonly stage: GroupStage;
  readonly caller: CallId;
  readonly callee: CallId;
}

/** What a story does, on a stage where two already talk. */
export function talking(play: (talk: Talk) => Promise<void>): () => Promise<void> {
  return async () => {
    const stage = await openStage();
    const caller = await stage.call(CONNECT);
    await stage.pass(5);
    const [callee] = (await stage.leg(caller)).call.chained_call_ids;
    assert.ok(callee);
    await play({ stage, caller, callee });
    await stage.close();
  };
}

let begun = 0;

export function hand(
  { stage }: Talk,
  who: CallId,
  how: { readonly type: TransferType; readonly to?: readonly string[] },
): Promise<Transfer | Refusal> {
  return stage.exchange.transfer({
    transferer_call_id: who,
    transfer_type: how.type,
    transferee_addresses: (how.to ?? [PHONE]).map(tel),
    seed: { name: `transfer ${(begun += 1)}`, at: stage.world.clock.now() },
  });
}

export function made(transfer: Transfer | Refusal): Transfer {
  if ('code' in transfer) assert.fail(transfer.code);
  return transfer;
}

export async function now({ stage }: Talk, { id }: Transfer): Promise<Transfer> {
  return (await stage.world.store.groups.load(id))?.group as Transfer;
}

/** How the legs stand: those that live, by who they are. */
export async function living({ stage, caller, callee }: Talk): Promise<string> {
  const legs = (await stage.legs()).filter(({ call }) => call.status !== 'hangup');
  return legs
    .map(({ call }) => nameOf(call.id, { caller, callee }))
    .toSorted()
    .join(' ');
}

export function nameOf(id: CallId, { caller, callee }: { caller: CallId; callee: CallId }): string {
  if (id === caller) return 'caller';
  return id === callee ? 'callee' : 'other';
}

export async function hangUp({ stage }: Talk, id: CallId | null): Promise<void> {
  assert.ok(id);
  await stage.exchange.hangUp('all', id);
  await stage.pass(2);
}

export async function standsAt({ stage, caller }: Talk): Promise<string | undefined> {
  return (await stage.leg(caller)).run.current_action?.id;
}

export function whoseIs({ call }: Leg): [CallId | null, readonly CallId[]] {
  return [call.master_call_id, call.chained_call_ids];
}
