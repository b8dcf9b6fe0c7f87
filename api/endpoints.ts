import type { Chance } from '../kernel/clock.ts';
import { sealedFor } from '../engine/vault.ts';
import type { Endpoint } from '../store/rows.ts';
import type { Desk } from './desk.ts';
import { dates } from './shelving.ts';

/** Standard Webhooks: 24 to 64 random bytes. */
const SECRET_BYTES = 32;

/** A new signing secret as Standard Webhooks writes it. */
export function mintSecret(chance: Chance): string {
  return `whsec_${Buffer.from(chance.hex(SECRET_BYTES), 'hex').toString('base64')}`;
}

type Given = Pick<
  Endpoint,
  | 'id'
  | 'customer_id'
  | 'name'
  | 'url'
  | 'method'
  | 'event_types'
  | 'enabled'
  | 'disabled_reason'
  | 'tm_failing_since'
>;

/** A new endpoint and its secret, which is shown once and kept sealed. */
export function openedEndpoint(
  desk: Pick<Desk, 'chance' | 'vault' | 'clock'>,
  given: Given,
): { readonly row: Endpoint; readonly secret: string } {
  const secret = mintSecret(desk.chance);
  const row: Endpoint = {
    ...given,
    secret_sealed: desk.vault.seal(secret, sealedFor(given.customer_id, given.id)),
    old_secret_sealed: null,
    tm_old_secret_expire: null,
    ...dates(desk),
  };
  return { row, secret };
}
