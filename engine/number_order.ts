import type { CustomerId, Instant, NumberId, ProviderId } from '../kernel/brand.ts';
import type { Refusal } from '../kernel/refusal.ts';
import type { NumberOffer } from '../providers/carrier.ts';
import type { NumberTerms, OwnNumber } from '../store/numbers.ts';
import type { Customer, Provider } from '../store/rows.ts';

/** A wish to have a number. `id` names it: asked again, it is the same number. */
export interface NumberOrder {
  readonly id: NumberId;
  readonly customer: Customer;
  readonly number: string;
  readonly written: Pick<OwnNumber, 'name' | 'detail' | 'call_flow_id' | 'message_flow_id'>;
  /** Where to have it from; null: from whoever sells it. */
  readonly provider_id: ProviderId | null;
  /** Set where the provider's account has it already: what it costs the customer. */
  readonly assigned: NumberTerms | null;
}

/** A number that a customer can buy: from whom, and at what price. */
export interface Offered {
  readonly offer: NumberOffer;
  readonly provider: Provider;
  readonly terms: NumberTerms;
}

/** Who sells which numbers. */
export interface Market {
  /** Numbers of a country (ISO 3166-1 alpha-2), each once, the cheapest seller's first. */
  offers(customer: Customer, country: string, limit: number): Promise<Offered[]>;
  /** Who sells the number that is ordered; null when nobody does. */
  sellerOf(
    order: NumberOrder,
  ): Promise<{ readonly provider_id: ProviderId; readonly terms: NumberTerms } | null>;
}

/** Numbers: looked for, bought, paid for month by month, and given back. */
export interface NumberOffice extends Market {
  buy(order: NumberOrder): Promise<OwnNumber | Refusal>;
  /** The number as given back; null when somebody else has just changed it. */
  release(row: OwnNumber): Promise<OwnNumber | null>;
  releaseAll(customer_id: CustomerId): Promise<void>;
  /** Charges what is due until then. Answers the numbers that are paid for longer now. */
  renew(until: Instant): Promise<OwnNumber[]>;
  /** Finishes what was left half-way: a crash, or a carrier that could not be reached. */
  settle(): Promise<void>;
}
