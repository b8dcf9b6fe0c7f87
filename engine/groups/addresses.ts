import type { Address } from '../../kernel/address.ts';
import type { CustomerId } from '../../kernel/brand.ts';
import type { RefusalCode } from '../../kernel/refusal.ts';
import type { RingMethod } from '../../calls/group_facts.ts';

/** Who is behind an address that is not one leg, and how they are rung. */
export interface Expansion {
  /** Addresses of any type; those that are not one leg either become groups within the group. */
  readonly destinations: readonly Address[];
  readonly ring_method: RingMethod;
  readonly owner_type: string;
  readonly owner_id: string | null;
}

/** Looks up who is behind an address, as it is now; the refusal's code where nobody is. */
export type ExpandAddress = (
  customer_id: CustomerId,
  address: Address,
) => Promise<Expansion | RefusalCode>;
