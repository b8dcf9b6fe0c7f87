import type { EventId, Instant } from '../kernel/brand.ts';
import { derive } from '../kernel/uuid.ts';
import type { DeliveryRow, NoticeRow } from '../store/journal.ts';
import type { Endpoint } from '../store/rows.ts';

/** Where notices come from, and where they go. */
export interface Sending {
  /** The call or group they are about. */
  readonly subject_id: string;
  readonly event: { readonly id: EventId; readonly at: Instant };
  readonly endpoints: readonly Endpoint[];
  readonly node: string;
}

/** Pure: the deliveries of the notices of one event, one for each endpoint that wants it. */
export function deliveriesOf(
  notices: readonly NoticeRow[],
  { subject_id, event, endpoints, node }: Sending,
): DeliveryRow[] {
  const wanting = (type: string): Endpoint[] =>
    endpoints.filter(({ event_types: wanted }) => wanted.length === 0 || wanted.includes(type));
  return notices.flatMap((notice) =>
    wanting(notice.type).map((endpoint) => ({
      id: derive(notice.id, endpoint.id, event.at),
      endpoint_id: endpoint.id,
      customer_id: endpoint.customer_id,
      order_key: notice.order_key,
      sequence: notice.sequence,
      subject_id,
      event_id: event.id,
      notice_id: notice.id,
      notice_type: notice.type,
      status: 'pending',
      tries: [],
      next_at: event.at,
      node,
      tm_create: event.at,
    })),
  );
}
