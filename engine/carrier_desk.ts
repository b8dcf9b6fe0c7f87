import type { ProviderId } from '../kernel/brand.ts';
import type { Capabilities, Carrier, CarrierKind } from '../providers/carrier.ts';
import type { Provider } from '../store/rows.ts';
import type { Log } from './log.ts';
import type { Registry } from './registry.ts';
import type { Vault } from './vault.ts';
import { sealedFor } from './vault.ts';

/** Providers, opened: one carrier object an account, made anew when the account is edited. */
export interface CarrierDesk {
  /** Null when there is no such provider, or no adapter of its kind. */
  open(provider_id: ProviderId): Promise<Carrier | null>;
  /** What the provider's carrier can do; null where it cannot be opened. */
  capabilities(provider_id: ProviderId): Promise<Capabilities | null>;
}

export interface CarrierDeskParts {
  readonly kinds: ReadonlyMap<string, CarrierKind>;
  readonly registry: Registry;
  readonly vault: Vault;
  readonly public_url: string;
}

export function makeCarrierDesk(parts: CarrierDeskParts): CarrierDesk {
  const opened = new Map<ProviderId, { readonly row: Provider; readonly carrier: Carrier }>();
  return {
    capabilities: async (provider_id) => {
      const row = (await parts.registry.providers()).get(provider_id);
      return parts.kinds.get(row?.type ?? '')?.capabilities ?? null;
    },
    open: async (provider_id) => {
      const row = (await parts.registry.providers()).get(provider_id);
      if (row === undefined) return null;
      const known = opened.get(provider_id);
      if (known !== undefined && isSame(known.row, row)) return known.carrier;
      const kind = parts.kinds.get(row.type);
      if (kind === undefined) return null;
      const carrier = kind.open({
        provider_id,
        name: row.name,
        config: row.config,
        credentials: credentialsOf(row, parts.vault),
        notice_url: `${parts.public_url}/v1/carriers/${provider_id}`,
      });
      opened.set(provider_id, { row, carrier });
      return carrier;
    },
  };
}

/** Carriers may have word of calls placed before the start: every account is opened at once. */
export async function openCarriers(
  desk: CarrierDesk,
  ids: readonly ProviderId[],
  log: Log,
): Promise<void> {
  for (const id of ids)
    try {
      await desk.open(id);
    } catch (error) {
      log.error({ provider_id: id, error }, 'a provider could not be opened');
    }
}

function isSame(a: Provider, b: Provider): boolean {
  return a === b || (a.tm_update === b.tm_update && a.credentials_sealed === b.credentials_sealed);
}

function credentialsOf(row: Provider, vault: Vault): Record<string, string> {
  if (row.credentials_sealed === null) return {};
  const json = vault.open(row.credentials_sealed, sealedFor(row.customer_id, row.id));
  return JSON.parse(json) as Record<string, string>;
}
