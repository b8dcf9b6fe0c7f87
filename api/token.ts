import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Chance } from '../kernel/clock.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const TOKEN = /^(tdm_(?:test|live)_[0-9A-Za-z]{27})([0-9A-Za-z]{6})$/;
/** 160 bits: 27 digits of base 62. */
const ENTROPY_BYTES = 20;
const ENTROPY_DIGITS = 27;
const CHECKSUM_DIGITS = 6;

/**
 * A new access key as it is shown once. The typed prefix and the CRC-32 at its end let a scanner
 * for leaked secrets tell a real one without asking us.
 */
export function mintToken(chance: Chance, live: boolean): string {
  const entropy = base62(BigInt(`0x${chance.hex(ENTROPY_BYTES)}`), ENTROPY_DIGITS);
  const body = `tdm_${live ? 'live' : 'test'}_${entropy}`;
  return body + checksum(body);
}

/**
 * Whether a token can be a key at all. One that bears our prefix must have the right checksum; an
 * operator's own (TANDEM_BOOTSTRAP_KEY) need only be long enough not to be guessed.
 */
export function isPlausible(token: string): boolean {
  if (!token.startsWith('tdm_')) return token.length >= 16 && token.length <= 255;
  const parts = TOKEN.exec(token);
  return parts !== null && parts[2] === checksum(parts[1] ?? '');
}

/** What is stored of a token: SHA-256, hexadecimal. A random key needs no slow hash. */
export function hashOf(token: string): string {
  return hash('sha256', token, 'hex');
}

/** What people may see of a token afterwards. */
export function tailOf(token: string): string {
  return token.slice(-4);
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), CHECKSUM_DIGITS);
}

function base62(value: bigint, digits: number): string {
  let rest = value;
  let text = '';
  for (let place = 0; place < digits; place += 1) {
    text = (ALPHABET[Number(rest % 62n)] ?? '0') + text;
    rest /= 62n;
  }
  return text;
}
