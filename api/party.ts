import type { Address } from '../kernel/address.ts';
import type { BodyOf } from './operation.ts';

/** A party as a body writes it. */
export type WrittenParty = BodyOf<'createCalls'>['source'];

/** A party as the contract writes it, with all it left out. */
export function addressOf(party: WrittenParty): Address {
  const { type, target, target_name = '', name = '', detail = '' } = party;
  return { type, target, target_name, name, detail };
}
