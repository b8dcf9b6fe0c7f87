/** The kinds of party a leg can reach or come from, in VoIPBIN's words. */
export type AddressType = 'tel' | 'sip' | 'extension' | 'agent' | 'conference';

/** One party. Only `type` and `target` decide where a leg goes; the rest is for people to read. */
export interface Address {
  readonly type: AddressType;
  readonly target: string;
  readonly target_name: string;
  readonly name: string;
  readonly detail: string;
}

/** ITU-T E.164 §6: a country code that does not begin with 0, and at most fifteen digits. */
export const E164 = /^\+[1-9][0-9]{6,14}$/;

export function isE164(text: string): boolean {
  return E164.test(text);
}

/**
 * Whether a party is reached by one leg. Others, such as an agent who has several telephones, are
 * rung as a groupcall.
 */
export function isOneLeg({ type }: Pick<Address, 'type'>): boolean {
  return type === 'tel' || type === 'sip';
}
