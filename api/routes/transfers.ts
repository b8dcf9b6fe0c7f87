import type { CallId } from '../../kernel/brand.ts';
import type { TransferType } from '../../calls/transfer_facts.ts';
import { groupJson } from '../../engine/groups/view.ts';
import type { GroupFilter } from '../../store/groups.ts';
import type { Desk } from '../desk.ts';
import { given, listed, scopeOf } from '../lists.ts';
import { answer, type Ask, NOT_FOUND, type Outcome, refuse, type Serve } from '../operation.ts';
import { addressOf, type WrittenParty } from '../party.ts';

export const createTransfer: Serve<'createTransfer'> = async (ask, desk) => {
  const leg = await desk.store.calls.get(scopeOf(ask), ask.body.transferer_call_id as CallId);
  if (leg === null) return refuse('not_found', '/transferer_call_id');
  return begun(ask, desk, { ...ask.body, transferer_call_id: leg.call.id });
};

/** The same, for the call that the path names. */
export const transferCall: Serve<'transferCall'> = async (ask, desk) => {
  const leg = await desk.store.calls.get(scopeOf(ask), ask.id as CallId);
  return leg === null
    ? NOT_FOUND
    : begun(ask, desk, { ...ask.body, transferer_call_id: leg.call.id });
};

interface Wanted {
  readonly transferer_call_id: CallId;
  readonly transfer_type: TransferType;
  readonly transferee_addresses: readonly WrittenParty[];
}

async function begun(
  { seed }: Pick<Ask<'createTransfer'>, 'seed'>,
  { exchange }: Desk,
  wanted: Wanted,
): Promise<Outcome> {
  const transferee_addresses = wanted.transferee_addresses.map(addressOf);
  const transfer = await exchange.transfer({ ...wanted, transferee_addresses, seed });
  return 'code' in transfer ? { refused: transfer } : answer(groupJson(transfer), 201);
}

export const listTransfers: Serve<'listTransfers'> = (ask, { store }) => {
  const filter = given<GroupFilter>({ reference_id: ask.query.transferer_call_id });
  const asked = { kind: 'transfer', filter } as const;
  return listed(ask.query, (page) => store.groups.list(scopeOf(ask), asked, page), groupJson);
};

export const getTransfer: Serve<'getTransfer'> = async (ask, { store }) => {
  const transfer = await store.groups.get(scopeOf(ask), 'transfer', ask.id);
  return transfer === null ? NOT_FOUND : answer(groupJson(transfer));
};
