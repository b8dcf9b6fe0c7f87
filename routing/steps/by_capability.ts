import { each } from '../option.ts';

/** Drops carriers that cannot do what the flow needs, before a leg is up and it is too late. */
export const byCapability = each(({ provider }, { capabilities, needs }) => {
  const able = capabilities.get(provider?.type ?? '') ?? {};
  const missing = needs.filter((need) => able[need] !== true);
  return missing.length === 0 ? null : { reason: 'capability', detail: missing.join(', ') };
});
