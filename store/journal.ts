import type {
  CallId,
  CustomerId,
  EffectId,
  EndpointId,
  EventId,
  Instant,
} from '../kernel/brand.ts';
import type { Order } from '../calls/effects.ts';
import type { GroupOrderEffect } from '../groups/effects.ts';

/** What is told to a customer. `order_key` groups what must arrive in order; see `sequence`. */
export interface NoticeRow {
  readonly id: string;
  readonly type: string;
  readonly order_key: string;
  readonly sequence: number;
  readonly at: Instant;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One event of a call's timeline, with the notices it caused. Unique by (subject_id, id). */
export interface EventRow {
  readonly subject_id: string;
  readonly id: EventId;
  readonly customer_id: CustomerId;
  /** The version of the leg it led to. */
  readonly n: number;
  readonly at: Instant;
  readonly type: string;
  readonly fact: Readonly<Record<string, unknown>>;
  readonly notices: readonly NoticeRow[];
}

export interface OutboxRow {
  readonly id: EffectId;
  /** Whose effect it is. For what a group ordered, the group's id stands here. */
  readonly call_id: CallId;
  readonly customer_id: CustomerId;
  /** The node that performs it. Adopted by another when that one dies. */
  readonly node: string;
  readonly at: Instant;
  readonly order: Order | GroupOrderEffect;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'discarded';

/** One try to deliver. Times in ms; `response` is cut at 1,024 characters; never holds secrets. */
export interface DeliveryTry {
  readonly at: Instant;
  readonly trigger: 'first' | 'retry' | 'manual';
  readonly status_code: number | null;
  readonly duration_ms: number;
  readonly error: string | null;
  readonly response: string | null;
}

/** One notice on its way to one endpoint. The body is that of the notice, found by event. */
export interface DeliveryRow {
  readonly id: string;
  readonly endpoint_id: EndpointId;
  readonly customer_id: CustomerId;
  readonly order_key: string;
  readonly sequence: number;
  readonly subject_id: string;
  readonly event_id: EventId;
  readonly notice_id: string;
  readonly notice_type: string;
  readonly status: DeliveryStatus;
  readonly tries: readonly DeliveryTry[];
  /** When it is due next; null once it is not pending. */
  readonly next_at: Instant | null;
  readonly node: string;
  readonly tm_create: Instant;
}
