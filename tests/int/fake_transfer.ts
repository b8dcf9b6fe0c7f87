import type { TransferOrder } from '../../engine/groups/transfers.ts';
import type { GroupStep } from '../../groups/effects.ts';
import type { Transfer } from '../../groups/transfer.ts';
import { openTransfer } from '../../groups/transfer_moves.ts';
import type { GroupId, Instant, RoomId } from '../../kernel/brand.ts';
import { derive } from '../../kernel/uuid.ts';
import type { Leg, Store } from '../../store/store.ts';

/** A transfer as it is asked for, of a call that talks with nobody. */
export async function fakeTransfer(
  store: Store,
  order: TransferOrder,
  tm_create: Instant,
): Promise<GroupStep<Transfer>> {
  const { seed, transferer_call_id, transfer_type, transferee_addresses } = order;
  const id = derive<GroupId>(seed.name, 'transfer', seed.at);
  const leg = (await store.legs.load(transferer_call_id)) as Leg;
  const { customer_id, source } = leg.call;
  const peer = { peer_call_id: transferer_call_id, room_id: id as string as RoomId };
  const what = { transferer_call_id, transfer_type, transferee_addresses, source, ...peer };
  const limits = { hops: 0, dial_timeout_ms: 60_000, max_duration_ms: 60_000, test: true };
  const made = { id, customer_id, tm_create, transferer_is: 'master' } as const;
  return openTransfer({ ...made, ...what, ...limits });
}
