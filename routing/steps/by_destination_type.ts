import { each } from '../option.ts';

/** Prefixes are of telephone numbers; no carrier here dials anything else yet. */
export const byDestinationType = each((_option, { destination }) =>
  destination.type === 'tel' ? null : { reason: 'destination_type', detail: destination.type },
);
