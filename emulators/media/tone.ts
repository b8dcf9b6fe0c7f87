/** What an emulated party sounds like: a quiet 440 Hz, which is easy to tell from silence. */
const TONE_HZ = 440;
const LOUDNESS = 8_000;
const ULAW_BIAS = 0x84;
const ULAW_CLIP = 32_635;
const WAV_HEADER_BYTES = 44;

/** 16-bit samples of the tone, from sample number `first` on. */
export function toneSamples(rate: number, first: number, count: number): Int16Array {
  const step = (2 * Math.PI * TONE_HZ) / rate;
  return Int16Array.from({ length: count }, (_each, n) => LOUDNESS * Math.sin((first + n) * step));
}

/** Samples as little-endian bytes (audio/L16 as Vonage sends it). */
export function linear(samples: Int16Array): Buffer {
  const bytes = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, n) => bytes.writeInt16LE(sample, n * 2));
  return bytes;
}

/** Samples as G.711 µ-law, one byte each. */
export function ulaw(samples: Int16Array): Buffer {
  return Buffer.from(Array.from(samples, ulawOf));
}

/** One sample in G.711 µ-law (ITU-T G.711, table 2a). */
function ulawOf(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), ULAW_CLIP) + ULAW_BIAS;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

/** A WAV file of the tone: 16-bit PCM, so many channels, so many ms. */
export function wavOf(ms: number, { rate = 8_000, channels = 1 } = {}): Buffer {
  const frames = Math.round((ms * rate) / 1_000);
  const mono = toneSamples(rate, 0, frames);
  const data = Buffer.alloc(frames * channels * 2);
  mono.forEach((sample, n) => {
    for (let channel = 0; channel < channels; channel += 1)
      data.writeInt16LE(sample, (n * channels + channel) * 2);
  });
  return Buffer.concat([wavHeader(data.length, rate, channels), data]);
}

function wavHeader(bytes: number, rate: number, channels: number): Buffer {
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write('RIFF', 0);
  header.writeUInt32LE(bytes + WAV_HEADER_BYTES - 8, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(bytes, 40);
  return header;
}

/** MPEG-1 layer III, 32 kbit/s, 44.1 kHz, mono, no CRC: a frame without data is silence. */
const MP3_HEADER = Buffer.from([0xff, 0xfb, 0x10, 0xc0]);
const MP3_FRAME_BYTES = 104;
const MP3_FRAME_MS = (1_152 / 44_100) * 1_000;

/** An MP3 file of silence. Making it sound would take an encoder; its length is right. */
export function mp3Of(ms: number): Buffer {
  const frame = Buffer.concat([MP3_HEADER], MP3_FRAME_BYTES);
  return Buffer.concat(Array<Buffer>(Math.max(1, Math.round(ms / MP3_FRAME_MS))).fill(frame));
}

/** How long a WAV file plays; null when the bytes are none. */
export function wavMs(bytes: Buffer): number | null {
  const is_wav = bytes.length >= WAV_HEADER_BYTES && bytes.toString('latin1', 0, 4) === 'RIFF';
  const rate = is_wav ? bytes.readUInt32LE(28) : 0;
  return rate === 0 ? null : Math.round(((bytes.length - WAV_HEADER_BYTES) * 1_000) / rate);
}
