const RATE = 8_000;
const SAMPLES = 4_096;
const TONE_HZ = 1_000;
const MIDDLE = 64;
const LOUDNESS = 56;

/**
 * Half a second of 1 kHz as a WAV file (8-bit PCM, mono) of which every byte is below 0x80, so that
 * it is the same in any encoding of a reply: the samples lie in the lower half of their range.
 */
export const BEEP = wav();

function wav(): string {
  const size = 36 + SAMPLES;
  const head = ['RIFF', long(size), 'WAVEfmt ', long(16), short(1), short(1)];
  const format = [long(RATE), long(RATE), short(1), short(8), 'data', long(SAMPLES)];
  const samples = Array.from({ length: SAMPLES }, (_each, n) =>
    String.fromCharCode(
      MIDDLE + Math.round(LOUDNESS * Math.sin((2 * Math.PI * TONE_HZ * n) / RATE)),
    ),
  );
  return [...head, ...format, ...samples].join('');
}

function short(value: number): string {
  return String.fromCharCode(value & 0xff, value >> 8);
}

function long(value: number): string {
  return short(value & 0xffff) + short(value >>> 16);
}
