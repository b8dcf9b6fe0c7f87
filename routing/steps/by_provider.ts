import { each } from '../option.ts';

/** Drops routes to providers that are gone, or whose kind of carrier this build does not have. */
export const byProvider = each(({ route, provider }, { capabilities }) => {
  if (provider === null) return { reason: 'provider_missing', detail: route.provider_id };
  if (capabilities.has(provider.type)) return null;
  return { reason: 'provider_missing', detail: `no adapter for ${provider.type}` };
});
