import type { CustomerId, TagId } from '../kernel/brand.ts';
import { type Refusal, refusal } from '../kernel/refusal.ts';
import type { Desk } from './desk.ts';

/** Tags a request names, all of which the customer has; or the first that it has not. */
export async function tagsOf(
  tag_ids: readonly string[],
  customer_id: CustomerId,
  { store }: Pick<Desk, 'store'>,
): Promise<readonly TagId[] | Refusal> {
  const { tags } = store.shelves;
  const found = await Promise.all(tag_ids.map((id) => tags.get(customer_id, id)));
  const missing = found.indexOf(null);
  if (missing !== -1) return refusal('tag_not_found', `/tag_ids/${missing}`);
  return tag_ids as readonly TagId[];
}
