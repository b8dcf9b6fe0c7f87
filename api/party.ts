import type { Address } from '../kernel/address.ts';
import type { BodyOf } from './operation.ts';

/** A party as the contract writes it, with all it left out. */
export function addressOf(party: BodyOf<'createCalls'>['source']): Address {
  const { type, target, target_name = '', name = '', detail = '' } = party;
  return { type, target, target_name, name, detail };
}
