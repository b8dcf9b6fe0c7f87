import type { Clock } from '../../kernel/clock.ts';
import type { Instant } from '../../kernel/brand.ts';
import { micros } from '../../kernel/money.ts';
import { refusal } from '../../kernel/refusal.ts';
import type { NumberOffice } from '../../engine/number_order.ts';
import type { NumberTerms, OwnNumber } from '../../store/numbers.ts';
import type { Store } from '../../store/store.ts';

const TERMS: NumberTerms = {
  monthly_micros: micros(1_000_000),
  price: {
    currency: 'USD',
    rate_micros_per_minute: micros(4_000),
    connect_fee_micros: micros(0),
    initial_s: 60,
    increment_s: 60,
  },
};

/** Sells every number at once, for nothing, and remembers it in the store. */
export function fakeNumbers(store: Store, clock: Clock): NumberOffice {
  const { numbers } = store.shelves;
  const release: NumberOffice['release'] = async (row) => {
    const gone: OwnNumber = {
      ...row,
      status: 'deleted',
      held_number: null,
      tm_delete: clock.now(),
      tm_update: (row.tm_update + 1) as Instant,
    };
    return (await numbers.update(gone, row.tm_update)) ? gone : null;
  };
  return {
    release,
    offers: async () => [],
    sellerOf: async () => null,
    buy: async ({ id, customer, number, written, provider_id, assigned }) => {
      const known = await numbers.get(customer.id, id);
      if (known !== null) return known;
      const [seller] = await store.shelves.providers.all('all');
      const from = provider_id ?? seller?.id;
      if (from === undefined) return refusal('number_unavailable', '/number');
      const now = clock.now();
      const row: OwnNumber = {
        ...{ id, customer_id: customer.id, provider_id: from, number, held_number: number },
        ...written,
        ...{ status: 'active', t38_enabled: false, emergency_enabled: false },
        own: assigned !== null,
        ...(assigned ?? TERMS),
        ...{ tm_purchase: now, tm_renew: now, tm_create: now, tm_update: now, tm_delete: null },
      };
      return (await numbers.insert(row)) ? row : refusal('number_unavailable', '/number');
    },
    releaseAll: async (customer_id) => {
      for (const row of await numbers.all(customer_id)) await release(row);
    },
    renew: async () => [],
    settle: async () => undefined,
  };
}
