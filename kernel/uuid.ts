import { hash } from 'node:crypto';
import type { Instant } from './brand.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * A UUID of version 7 (RFC 9562 §5.7) from an instant and 20 hexadecimal digits of entropy. Ids
 * made later sort later, which keeps the tables' indexes compact.
 */
export function uuidFrom(at: Instant, hex: string): string {
  const time = at.toString(16).padStart(12, '0');
  const variant = ((parseInt(hex[3] ?? '0', 16) & 0x3) | 0x8).toString(16);
  return (
    `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}` +
    `-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`
  );
}

/**
 * A name-based id: the same parent, label and instant always give the same id. The core never draws
 * a random number, so handling an event twice gives the very same orders, and a primary key drops
 * the second lot.
 */
export function derive<Id extends string>(parent: string, label: string, at: Instant): Id {
  return uuidFrom(at, hash('sha256', `${parent}/${label}`, 'hex')) as Id;
}
