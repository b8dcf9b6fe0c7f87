import type {
  AccountId,
  CallId,
  CustomerId,
  EndpointId,
  FlowId,
  Instant,
  KeyId,
  ProviderId,
  RouteId,
  TagId,
} from '../kernel/brand.ts';
import type { Micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';
import type { Action } from '../flows/flow.ts';
import type { NumberTerms } from './numbers.ts';

interface Dated {
  readonly tm_create: Instant;
  readonly tm_update: Instant;
  readonly tm_delete: Instant | null;
}

/** A tenant. Its `customer_id` is its own id, so that it lies on a shelf like everything else. */
export interface Customer extends Dated {
  readonly id: CustomerId;
  readonly customer_id: CustomerId;
  readonly name: string;
  readonly detail: string;
  readonly email: string;
  readonly phone_number: string;
  readonly address: string;
  readonly webhook_uri: string;
  readonly webhook_method: '' | 'POST' | 'GET' | 'PUT' | 'DELETE';
  /** The endpoint made from webhook_uri; null when there is none. */
  readonly webhook_endpoint_id: EndpointId | null;
  readonly billing_account_id: AccountId;
}

/** Roles: admin sees every customer and owns providers; customer sees its own. */
export type Role = 'admin' | 'customer';

/** An access key. The secret itself is never stored: only its hash (SHA-256, hex). */
export interface AccessKey extends Dated {
  readonly id: KeyId;
  readonly customer_id: CustomerId;
  readonly name: string;
  readonly detail: string;
  readonly role: Role;
  readonly live: boolean;
  readonly scopes: readonly string[];
  readonly hash: string;
  /** The last four characters, so that people can tell keys apart. */
  readonly tail: string;
  readonly tm_expire: Instant | null;
}

export interface Flow extends Dated {
  readonly id: FlowId;
  readonly customer_id: CustomerId;
  readonly name: string;
  readonly detail: string;
  readonly actions: readonly Action[];
  readonly on_complete_flow_id: FlowId | null;
}

/** A label by which queues find their agents. */
export interface Tag extends Dated {
  readonly id: TagId;
  readonly customer_id: CustomerId;
  readonly name: string;
  readonly detail: string;
}

/** An account at a carrier. `customer_id` is the platform's own for providers all may use. */
export interface Provider extends Dated {
  readonly id: ProviderId;
  readonly customer_id: CustomerId;
  /** The adapter kind: sandbox, twilio, vonage, sip. */
  readonly type: string;
  readonly name: string;
  readonly detail: string;
  readonly enabled: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  /** AES-256-GCM, see engine/vault.ts; null when the carrier needs none. */
  readonly credentials_sealed: string | null;
  /** What its numbers cost customers; null: they are not for sale. */
  readonly number_terms: NumberTerms | null;
}

/** Who may use which provider for which destinations, in what order, at what price. */
export interface Route extends Dated {
  readonly id: RouteId;
  /** The customer it serves; the platform's own id for a default route. */
  readonly customer_id: CustomerId;
  readonly name: string;
  readonly detail: string;
  readonly provider_id: ProviderId;
  /** Smaller is tried first. */
  readonly priority: number;
  /** A prefix of E.164 numbers such as "+49", or "all". */
  readonly target: string;
  readonly price: Price;
}

/** A customer's webhook endpoint. Secrets are sealed; up to two are valid during a rotation. */
export interface Endpoint extends Dated {
  readonly id: EndpointId;
  readonly customer_id: CustomerId;
  readonly name: string;
  readonly url: string;
  readonly method: 'POST' | 'GET' | 'PUT' | 'DELETE';
  /** Notice types it wants; empty = all. */
  readonly event_types: readonly string[];
  readonly enabled: boolean;
  /** Why it was switched off: '' | 'manual' | 'gone' | 'failing'. */
  readonly disabled_reason: '' | 'manual' | 'gone' | 'failing';
  readonly secret_sealed: string;
  readonly old_secret_sealed: string | null;
  readonly tm_old_secret_expire: Instant | null;
  /** Since when every try failed; null when the last one succeeded. */
  readonly tm_failing_since: Instant | null;
}

/** A prepaid account. `balance` and `held` move only by single conditional updates. */
export interface Account extends Dated {
  readonly id: AccountId;
  readonly customer_id: CustomerId;
  readonly name: string;
  readonly detail: string;
  readonly currency: string;
  readonly balance_micros: Micros;
  readonly held_micros: Micros;
  /** How far below zero the balance may go; 0 for a purely prepaid account. */
  readonly credit_limit_micros: Micros;
}

/** What one leg cost: one row per charged leg. */
export interface Billing extends Dated {
  readonly id: string;
  readonly customer_id: CustomerId;
  readonly account_id: AccountId;
  readonly call_id: CallId;
  readonly reference_type: 'call';
  readonly talk_ms: number;
  readonly billed_s: number;
  readonly amount_micros: Micros;
  readonly price: Price;
  readonly provider_id: ProviderId | null;
  readonly tm_billing_start: Instant;
  readonly tm_billing_end: Instant;
}

/** The platform itself, as the owner of default routes and shared providers. */
export const PLATFORM = '00000000-0000-7000-8000-000000000001' as CustomerId;
