import type { Clock } from '../kernel/clock.ts';
import { countriesOf } from '../kernel/countries.ts';
import type { NumberDesk, NumberOffer } from '../providers/carrier.ts';
import { CarrierError } from '../providers/carrier.ts';
import type { NumberTerms } from '../store/numbers.ts';
import type { Customer, Provider } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { CarrierDesk } from './carrier_desk.ts';
import type { Log } from './log.ts';
import type { Market, NumberOrder, Offered } from './number_order.ts';
import type { Registry } from './registry.ts';

/** What numbers are looked for, bought and paid for with. */
export interface OfficeParts {
  readonly store: Pick<Store, 'numbers' | 'shelves' | 'ledger'>;
  readonly registry: Registry;
  readonly desk: CarrierDesk;
  readonly clock: Clock;
  readonly log: Log;
}

interface Seller {
  readonly provider: Provider;
  readonly terms: NumberTerms;
  readonly desk: NumberDesk;
}

export function makeMarket(parts: OfficeParts): Market {
  return {
    offers: async (customer, country, limit) => {
      const found = new Map<string, Offered>();
      for (const { provider, terms, desk } of await sellersFor(parts, customer))
        for (const offer of await searched(parts, provider, () => desk.search(country, limit)))
          if (!found.has(offer.number)) found.set(offer.number, { offer, provider, terms });
      return [...found.values()].slice(0, limit);
    },
    sellerOf: async (order) => {
      if (order.assigned !== null) return assignedFrom(parts, order, order.assigned);
      const { number, customer, provider_id } = order;
      for (const { provider, terms, desk } of await sellersFor(parts, customer)) {
        if (provider_id !== null && provider.id !== provider_id) continue;
        if (await sells(parts, { provider, desk }, number))
          return { provider_id: provider.id, terms };
      }
      return null;
    },
  };
}

async function sells(
  parts: OfficeParts,
  { provider, desk }: Pick<Seller, 'provider' | 'desk'>,
  number: string,
): Promise<boolean> {
  for (const country of countriesOf(number)) {
    const offers = await searched(parts, provider, () => desk.search(country, 1, number));
    if (offers.some((offer) => offer.number === number)) return true;
  }
  return false;
}

async function assignedFrom(
  { registry }: OfficeParts,
  { provider_id }: NumberOrder,
  terms: NumberTerms,
): ReturnType<Market['sellerOf']> {
  if (provider_id === null || !(await registry.providers()).has(provider_id)) return null;
  return { provider_id, terms };
}

/** Whoever has numbers for sale that this customer can pay for, cheapest first. */
async function sellersFor({ registry, desk }: OfficeParts, customer: Customer): Promise<Seller[]> {
  const account = await registry.account(customer);
  const sellers: Seller[] = [];
  for (const provider of (await registry.providers()).values()) {
    const { number_terms: terms, enabled, id } = provider;
    if (!enabled || terms === null || terms.price.currency !== account?.currency) continue;
    const numbers = (await desk.open(id))?.numbers;
    if (numbers !== undefined) sellers.push({ provider, terms, desk: numbers });
  }
  return sellers.sort(
    (one, other) =>
      one.terms.monthly_micros - other.terms.monthly_micros ||
      (one.provider.name < other.provider.name ? -1 : 1),
  );
}

/** What a carrier offers; nothing where it cannot be asked just now. */
async function searched(
  { log }: OfficeParts,
  { id: provider_id }: Provider,
  ask: () => Promise<readonly NumberOffer[]>,
): Promise<readonly NumberOffer[]> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CarrierError)) throw error;
    log.warn({ provider_id, error }, 'a carrier could not be asked for numbers');
    return [];
  }
}
