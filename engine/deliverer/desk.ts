import type { KeyObject } from 'node:crypto';
import type { EndpointId, Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Endpoint } from '../../store/rows.ts';
import { keyFrom } from '../../webhooks/sign.ts';
import type { Log } from '../log.ts';
import type { Registry } from '../registry.ts';
import type { Vault } from '../vault.ts';
import { sealedFor } from '../vault.ts';

/** An endpoint made ready to be sent to: its secrets are opened once, not once a delivery. */
export interface Desk {
  /** Null when it was deleted. */
  readonly endpoint: Endpoint | null;
  /** Why nothing is sent there; null when it may be. */
  readonly closed: string | null;
  readonly key: KeyObject | null;
  readonly old_key: KeyObject | null;
  /** Instants of clock.wall(): when it was read. */
  readonly read_at: Instant;
}

/**
 * Makes a desk, taking the keys over from the one before while the secrets are the same. Throws
 * when a secret does not open: nothing may go out unsigned.
 */
function deskOf(
  endpoint: Endpoint | null,
  before: Desk | null,
  { vault, at }: { readonly vault: Vault; readonly at: Instant },
): Desk {
  if (endpoint === null)
    return { endpoint, closed: 'endpoint deleted', key: null, old_key: null, read_at: at };
  const open = (sealed: string): KeyObject | null => {
    if (before?.endpoint?.secret_sealed === sealed) return before.key;
    if (before?.endpoint?.old_secret_sealed === sealed) return before.old_key;
    const key = keyFrom(vault.open(sealed, sealedFor(endpoint.customer_id, endpoint.id)));
    if (key === null) throw new TypeError('what was sealed is not a signing secret');
    return key;
  };
  const { secret_sealed, old_secret_sealed } = endpoint;
  return {
    endpoint,
    closed: endpoint.enabled ? null : 'endpoint disabled',
    key: open(secret_sealed),
    old_key: old_secret_sealed === null ? null : open(old_secret_sealed),
    read_at: at,
  };
}

/** The keys to sign with: the old one too until it expires, so that a rotation loses nothing. */
export function keysAt(desk: Desk, now: Instant): KeyObject[] {
  const until = desk.endpoint?.tm_old_secret_expire ?? null;
  const keys = desk.key === null ? [] : [desk.key];
  if (desk.old_key !== null && until !== null && now < until) keys.push(desk.old_key);
  return keys;
}

export interface SeatingParts {
  readonly registry: Pick<Registry, 'endpoint'>;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
}

/** What has, or will have, a desk. */
interface Seat {
  readonly endpoint_id: EndpointId;
  desk: Desk | null;
  asking: boolean;
}

/** Reads an endpoint and makes its desk; false when that failed, which is to be tried again. */
export async function seat(place: Seat, parts: SeatingParts): Promise<boolean> {
  if (place.asking) return false;
  place.asking = true;
  const { registry, vault, clock, log } = parts;
  const { endpoint_id } = place;
  try {
    const endpoint = await registry.endpoint(endpoint_id);
    place.desk = deskOf(endpoint, place.desk, { vault, at: clock.wall() });
    return true;
  } catch (error) {
    log.error({ endpoint_id, error }, 'an endpoint cannot be made ready; nothing is sent there');
    return false;
  } finally {
    place.asking = false;
  }
}

/** Names a line for a wake-up, which may reach another node. */
export function wakeKey(endpoint_id: EndpointId, order_key: string): string {
  return `${endpoint_id}/${order_key}`;
}

/** Reads what wakeKey wrote. Endpoint ids are UUIDs and hold no slash; order keys may. */
export function fromWakeKey(key: string): { endpoint_id: EndpointId; order_key: string } {
  const slash = key.indexOf('/');
  return { endpoint_id: key.slice(0, slash) as EndpointId, order_key: key.slice(slash + 1) };
}
