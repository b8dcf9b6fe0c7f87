import type { CustomerId, Instant } from '../kernel/brand.ts';
import type { InboundConfig } from '../store/numbers.ts';

const NEVER = 0 as Instant;

/** How incoming calls are looked at where the customer has not said: doubts are marked. */
export function presetInbound(customer_id: CustomerId): InboundConfig {
  return {
    id: customer_id,
    customer_id,
    verification: 'mark',
    own_number: 'mark',
    parallel_max: 10,
    tm_create: NEVER,
    tm_update: NEVER,
    tm_delete: null,
  };
}
