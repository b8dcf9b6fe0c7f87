import type { Address } from '../../kernel/address.ts';
import { isOneLeg } from '../../kernel/address.ts';
import type { GroupId } from '../../kernel/brand.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import { derive } from '../../kernel/uuid.ts';
import type { Groupcall } from '../../groups/groupcall.ts';
import type { GroupStore } from '../../store/groups.ts';
import type { GroupcallOrder, Placed, PlaceOrder } from '../engine.ts';
import { objectionTo, type PlacerParts, placeLeg } from '../place.ts';
import type { Opener } from './open.ts';

export interface WishParts {
  readonly placer: PlacerParts;
  readonly opener: Opener;
  readonly groups: GroupStore;
}

/**
 * Places an order, one call per destination; one that stands for several telephones becomes a
 * groupcall.
 */
export async function placeAll(parts: WishParts, order: PlaceOrder): Promise<Placed> {
  const results = await Promise.all(
    order.destinations.map((destination, index) => {
      if (isOneLeg(destination)) return placeLeg(parts.placer, order, index);
      const methods = { ring_method: 'ring_all', answer_method: 'hangup_others' } as const;
      const wish = { ...order, ...methods, destinations: [destination] };
      return openNamed(parts, wish, `groupcall:${index}`);
    }),
  );
  return {
    legs: results.flatMap((each) => ('call' in each ? [each] : [])),
    groupcalls: results.flatMap((each) => ('rung' in each ? [each] : [])),
    refused: results.flatMap((each, index) => ('code' in each ? [{ index, refusal: each }] : [])),
  };
}

/** Opens a groupcall, unless each of its destinations is known beforehand to be beyond reach. */
export async function placeGroupcall(
  parts: WishParts,
  order: GroupcallOrder,
): Promise<Groupcall | Refusal> {
  const { customer, actions, destinations } = order;
  const look = async (destination: Address): Promise<Refusal | null> =>
    isOneLeg(destination)
      ? objectionTo(parts.placer, { destination, customer, actions, room_id: null })
      : null;
  const found = await Promise.all(destinations.map(look));
  const [first] = found;
  if (first != null && found.every((each) => each !== null))
    return { ...first, param: `/destinations/0${first.param ?? ''}` };
  return openNamed(parts, order, 'groupcall');
}

async function openNamed(
  { opener, groups }: WishParts,
  order: GroupcallOrder,
  label: string,
): Promise<Groupcall | Refusal> {
  const { customer, seed, dial_timeout_ms, max_duration_ms, sandbox, test, ...what } = order;
  const group_id = derive<GroupId>(seed.name, label, seed.at);
  const asker = { customer_id: customer.id, dial_timeout_ms, max_duration_ms, sandbox, test };
  const { source, destinations, actions, variables, early_execution } = what;
  const code = await opener.open(
    {
      kind: 'groupcall',
      group_id,
      master_call_id: null,
      master_group_id: null,
      source,
      destinations,
      ring_method: what.ring_method,
      answer_method: what.answer_method,
      flow_id: what.flow_id,
      actions,
      room_id: null,
      early_execution,
      variables,
    },
    { ...asker, hops: 0, depth: 0 },
  );
  if (code !== null) return refusal(code, '/type');
  const group = (await groups.load(group_id))?.group ?? null;
  return group?.kind === 'groupcall' && group.customer_id === customer.id
    ? group
    : refusal('conflict');
}
