/** Why a route was left out. A closed list: docs and the explain record use these words. */
export type ExclusionReason =
  | 'prefix'
  | 'disabled'
  | 'capability'
  | 'no_price'
  | 'provider_missing'
  | 'provider_listed_already'
  | 'destination_type';

/** Each reason as a sentence for people. `detail` of the exclusion says what exactly. */
export const REASONS: Readonly<Record<ExclusionReason, string>> = {
  destination_type: 'Only telephone numbers are routed to carriers; this is another kind of party.',
  prefix: 'The number does not begin with the prefix of the route.',
  provider_missing: 'The provider of the route does not exist, or no adapter is installed for it.',
  disabled: 'The provider of the route is switched off.',
  capability: 'The carrier cannot do something that the flow needs.',
  no_price: 'The account cannot be charged by the price of the route.',
  provider_listed_already: 'A better route of this call uses the same provider already.',
};
