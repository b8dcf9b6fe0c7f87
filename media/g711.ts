/**
 * The two codes of telephony, eight bits a sample (ITU-T G.711): mu-law in North America and Japan,
 * A-law elsewhere. Both by table, since every packet of every call goes through here.
 */
export type Law = 'ulaw' | 'alaw';

/** Added before the logarithm, so that the smallest steps of mu-law are even (G.711 §3.2). */
const ULAW_BIAS = 0x84;
const ULAW_MAX = 32_635;
/** A-law inverts every second bit on the line (G.711 §3.1, note 2). */
const ALAW_MASK = 0x55;

const DECODED: Readonly<Record<Law, Int16Array>> = {
  ulaw: Int16Array.from({ length: 256 }, (_each, code) => ulawSample(code)),
  alaw: Int16Array.from({ length: 256 }, (_each, code) => alawSample(code)),
};
/** By the sample as an unsigned number of 16 bits. */
const ENCODED: Readonly<Record<Law, Uint8Array>> = {
  ulaw: Uint8Array.from({ length: 65_536 }, (_each, word) => ulawCode((word << 16) >> 16)),
  alaw: Uint8Array.from({ length: 65_536 }, (_each, word) => alawCode((word << 16) >> 16)),
};

/** What silence is on the line. */
export const QUIET: Readonly<Record<Law, number>> = { ulaw: 0xff, alaw: 0xd5 };

export function decoded(codes: Uint8Array, law: Law): Int16Array {
  const table = DECODED[law];
  const samples = new Int16Array(codes.length);
  for (let at = 0; at < codes.length; at += 1) samples[at] = table[codes[at] ?? 0] ?? 0;
  return samples;
}

export function encoded(samples: Int16Array, law: Law): Uint8Array {
  const table = ENCODED[law];
  const codes = new Uint8Array(samples.length);
  for (let at = 0; at < samples.length; at += 1)
    codes[at] = table[(samples[at] ?? 0) & 0xffff] ?? 0;
  return codes;
}

function ulawSample(code: number): number {
  const plain = ~code & 0xff;
  const exponent = (plain >> 4) & 7;
  const size = ((((plain & 0x0f) << 3) + ULAW_BIAS) << exponent) - ULAW_BIAS;
  return (plain & 0x80) === 0 ? size : -size;
}

function ulawCode(sample: number): number {
  const size = Math.min(Math.abs(sample), ULAW_MAX) + ULAW_BIAS;
  const exponent = 24 - Math.clz32(size);
  const mantissa = (size >> (exponent + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

function alawSample(code: number): number {
  const plain = code ^ ALAW_MASK;
  const exponent = (plain >> 4) & 7;
  const step = ((plain & 0x0f) << 4) + 8;
  const size = exponent === 0 ? step : (step + 0x100) << (exponent - 1);
  return (plain & 0x80) === 0 ? -size : size;
}

function alawCode(sample: number): number {
  // Negative samples are counted from -1, so that there is no code for a negative zero.
  const size = sample < 0 ? -sample - 1 : sample;
  const exponent = Math.max(0, 24 - Math.clz32(size));
  const mantissa = (size >> (exponent === 0 ? 4 : exponent + 3)) & 0x0f;
  return ((sample < 0 ? 0 : 0x80) | (exponent << 4) | mantissa) ^ ALAW_MASK;
}
