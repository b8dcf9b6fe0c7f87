import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** How a signing secret begins (Standard Webhooks 1.0.0, "Symmetric"). */
export const SECRET_PREFIX = 'whsec_';
/** Standard Webhooks 1.0.0: a symmetric secret is 24 to 64 random bytes. */
export const SECRET_BYTES_MIN = 24;
export const SECRET_BYTES_MAX = 64;

/** Writes random bytes as a signing secret. Throws unless there are 24 to 64 of them. */
export function secretFrom(bytes: Buffer): string {
  if (!isSecretLength(bytes.length)) throw new RangeError('a signing secret has 24 to 64 bytes');
  return SECRET_PREFIX + bytes.toString('base64');
}

/** The key a secret stands for; null when the text is not `whsec_` and base64 of 24 to 64 bytes. */
export function keyFrom(secret: string): KeyObject | null {
  if (!secret.startsWith(SECRET_PREFIX)) return null;
  const text = secret.slice(SECRET_PREFIX.length);
  const bytes = Buffer.from(text, 'base64');
  // Buffer skips what is not base64; writing it back finds out whether it had to.
  return isSecretLength(bytes.length) && bytes.toString('base64') === text
    ? createSecretKey(bytes)
    : null;
}

/**
 * The `webhook-signature` of a message: one `v1` entry for each key, separated by spaces, so that a
 * receiver that knows any of them can verify it. The timestamp is in whole seconds.
 */
export function signatureOf(keys: readonly KeyObject[], content: SignedContent): string {
  const text = `${content.id}.${content.timestamp_s}.${content.body}`;
  let signature = '';
  for (const key of keys) {
    const mac = createHmac('sha256', key).update(text).digest('base64');
    signature += signature === '' ? `v1,${mac}` : ` v1,${mac}`;
  }
  return signature;
}

/** What is signed. `id` may hold no full stop, or two messages could read alike. */
export interface SignedContent {
  readonly id: string;
  readonly timestamp_s: number;
  readonly body: string;
}

function isSecretLength(bytes: number): boolean {
  return bytes >= SECRET_BYTES_MIN && bytes <= SECRET_BYTES_MAX;
}
