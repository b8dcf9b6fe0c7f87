import { type Hearing, type HearingParts, makeHearing } from './hearing.ts';
import { makeReception, type ReceptionParts } from './reception.ts';
import { makeRefusedBook, type RefusedParts } from './refused_book.ts';

export type EarParts = Omit<HearingParts, 'reception'> &
  Omit<ReceptionParts, 'refused'> &
  RefusedParts;

/** All that hears carriers: their notices, and the calls they bring. */
export function openEars(parts: EarParts): Hearing {
  const refused = makeRefusedBook(parts);
  return makeHearing({ ...parts, reception: makeReception({ ...parts, refused }) });
}
