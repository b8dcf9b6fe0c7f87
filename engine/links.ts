import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** What a link opens, and until when. */
export interface Linked {
  readonly id: string;
  readonly customer_id: string;
  /** Seconds since the epoch. */
  readonly expires_s: number;
}

/** Links that open one thing to whoever has them, for a while. */
export interface Links {
  sign(linked: Linked): string;
  /** Whether the signature is that of this very thing and this end. Takes as long for any other. */
  isSigned(linked: Linked, signature: string): boolean;
}

/** Signs with a key of its own, made of the master key: what is sealed with that stays closed. */
export function makeLinks(master_key: Buffer): Links {
  const own = createHmac('sha256', master_key).update('tandem links\n').digest();
  const key = createSecretKey(own);
  const sign = ({ id, customer_id, expires_s }: Linked): string =>
    createHmac('sha256', key).update(`${id}\n${customer_id}\n${expires_s}`).digest('base64url');
  return {
    sign,
    isSigned: (linked, signature) => {
      const [wanted, given] = [Buffer.from(sign(linked)), Buffer.from(signature)];
      return wanted.length === given.length && timingSafeEqual(wanted, given);
    },
  };
}
