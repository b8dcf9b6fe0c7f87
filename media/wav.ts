import { mixed } from './mix.ts';
import { clipped, SAMPLE_MAX, type Sound } from './sound.ts';
import { decoded } from './g711.ts';

/** What a WAV file of ours holds: PCM of 16 bits, little endian, channels interleaved. */
export interface WavForm {
  readonly rate: number;
  readonly channels: number;
}

/** The header of a file of ours is always this long. */
export const HEADER_BYTES = 44;
const SAMPLE_BYTES = 2;
/** RIFF counts in 32 bits: this much sound fits, which at 8 kHz is three days of one channel. */
const DATA_BYTES_MAX = 0xffff_ffff - HEADER_BYTES;

/** The header of a file with so many bytes of sound behind it (Multimedia Interface 1.0, 1991). */
export function wavHeader({ rate, channels }: WavForm, data_bytes: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  const bytes = Math.min(data_bytes, DATA_BYTES_MAX);
  header.set(ascii('RIFF'), 0);
  view.setUint32(4, bytes + HEADER_BYTES - 8, true);
  header.set(ascii('WAVEfmt '), 8);
  view.setUint32(16, 16, true);
  view.setUint16(20, CODE.pcm, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels * SAMPLE_BYTES, true);
  view.setUint16(32, channels * SAMPLE_BYTES, true);
  view.setUint16(34, SAMPLE_BYTES * 8, true);
  header.set(ascii('data'), 36);
  view.setUint32(40, bytes, true);
  return header;
}

/** Samples as they lie in a file. */
export function wavBytes(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * SAMPLE_BYTES);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < samples.length; at += 1)
    view.setInt16(at * SAMPLE_BYTES, samples[at] ?? 0, true);
  return bytes;
}

/** A whole file of one channel. */
export function wavFile({ rate, samples }: Sound): Uint8Array {
  const data = wavBytes(samples);
  const file = new Uint8Array(HEADER_BYTES + data.length);
  file.set(wavHeader({ rate, channels: 1 }, data.length));
  file.set(data, HEADER_BYTES);
  return file;
}

/**
 * The header that a file should have whose writer was cut off: the sizes in it are from when it was
 * begun. Null when it is right as it is, or is no file of ours.
 */
export function repairedHeader(header: Uint8Array, file_bytes: number): Uint8Array | null {
  const chunks = chunksOf(header);
  const form = chunks === null ? null : formOf(header, chunks);
  if (form?.kind !== 'pcm16' || header.length < HEADER_BYTES || word(header, 36) !== 'data')
    return null;
  const frame_bytes = form.channels * SAMPLE_BYTES;
  const whole = Math.max(0, file_bytes - HEADER_BYTES);
  const repaired = wavHeader(form, whole - (whole % frame_bytes));
  return repaired.every((byte, at) => byte === header[at]) ? null : repaired;
}

/** A file that was read, or what is wrong with it, for people. */
export type WavReading =
  | { readonly ok: true; readonly rate: number; readonly channels: readonly Int16Array[] }
  | { readonly ok: false; readonly why: string };

const CODE = { pcm: 1, float: 3, alaw: 6, ulaw: 7, extensible: 0xfffe };
type Kind = 'pcm8' | 'pcm16' | 'pcm24' | 'pcm32' | 'float32' | 'alaw' | 'ulaw';
const KINDS: Readonly<Record<string, Kind>> = {
  '1/8': 'pcm8',
  '1/16': 'pcm16',
  '1/24': 'pcm24',
  '1/32': 'pcm32',
  '3/32': 'float32',
  '6/8': 'alaw',
  '7/8': 'ulaw',
};
const BYTES: Readonly<Record<Kind, number>> = {
  pcm8: 1,
  pcm16: 2,
  pcm24: 3,
  pcm32: 4,
  float32: 4,
  alaw: 1,
  ulaw: 1,
};

/** What is played at most: neither a rate nor a number of channels makes us work for ever. */
const RATE_MIN = 4_000;
const RATE_MAX = 192_000;
const CHANNELS_MAX = 8;
/** A file has five or six; one that is nothing but empty chunks is nobody's recording. */
const CHUNKS_MAX = 256;

/**
 * Reads what recorders and editors write: PCM of 8 to 32 bits, floats, and both laws of G.711. A
 * size that is missing or too large, as streamed files have it, reaches to the end of the file.
 */
export function readWav(file: Uint8Array): WavReading {
  const chunks = chunksOf(file);
  if (chunks === null) return wrong('is not a WAV file');
  const form = formOf(file, chunks);
  const data = chunks.find(({ name }) => name === 'data');
  if (form === null) return wrong('has sound of a kind that is not read');
  if (data === undefined) return wrong('has no sound in it');
  const { rate, channels, kind } = form;
  if (rate < RATE_MIN || rate > RATE_MAX) return wrong(`has a rate of ${rate} Hz`);
  if (channels < 1 || channels > CHANNELS_MAX) return wrong(`has ${channels} channels`);
  const body = file.subarray(data.from, data.until);
  const woven = samplesOf(body, kind);
  return { ok: true, rate, channels: unwoven(woven, channels) };
}

/** The same as one channel: all of them, each as loud as its share. */
export function monoOf({ rate, channels }: Extract<WavReading, { ok: true }>): Sound {
  if (channels.length < 2) return { rate, samples: channels[0] ?? new Int16Array(0) };
  const shares = channels.map((each) => each.map((sample) => sample / channels.length));
  return { rate, samples: mixed(shares) };
}

function wrong(why: string): WavReading {
  return { ok: false, why };
}

interface Chunk {
  readonly name: string;
  readonly from: number;
  readonly until: number;
}

/** Null when it is no RIFF file of waves. Chunks are padded to an even length. */
function chunksOf(file: Uint8Array): Chunk[] | null {
  if (word(file, 0) !== 'RIFF' || word(file, 8) !== 'WAVE') return null;
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= file.length && chunks.length < CHUNKS_MAX;) {
    const size = viewOf(file).getUint32(at + 4, true);
    const name = word(file, at);
    const open = name === 'data' && size === 0;
    const until = open ? file.length : Math.min(file.length, at + 8 + size);
    chunks.push({ name, from: at + 8, until });
    at = until + (size % 2);
  }
  return chunks;
}

interface Form extends WavForm {
  readonly kind: Kind;
}

function formOf(file: Uint8Array, chunks: readonly Chunk[]): Form | null {
  const format = chunks.find(({ name }) => name === 'fmt ');
  if (format === undefined || format.until - format.from < 16) return null;
  const view = viewOf(file);
  const { from } = format;
  const written = view.getUint16(from, true);
  const extended = written === CODE.extensible && format.until - format.from >= 26;
  // An extensible header names the code at the beginning of its GUID.
  const code = extended ? view.getUint16(from + 24, true) : written;
  const kind = KINDS[`${code}/${view.getUint16(from + 14, true)}`];
  if (kind === undefined) return null;
  return { kind, channels: view.getUint16(from + 2, true), rate: view.getUint32(from + 4, true) };
}

function samplesOf(body: Uint8Array, kind: Kind): Int16Array {
  if (kind === 'alaw' || kind === 'ulaw') return decoded(body, kind);
  const view = viewOf(body);
  const size = BYTES[kind];
  const samples = new Int16Array(Math.floor(body.length / size));
  for (let at = 0; at < samples.length; at += 1) samples[at] = sampleAt(view, at * size, kind);
  return samples;
}

function sampleAt(view: DataView, at: number, kind: Exclude<Kind, 'alaw' | 'ulaw'>): number {
  switch (kind) {
    case 'pcm8':
      return (view.getUint8(at) - 128) << 8;
    case 'pcm16':
      return view.getInt16(at, true);
    case 'pcm24':
      return view.getInt16(at + 1, true);
    case 'pcm32':
      return view.getInt16(at + 2, true);
    case 'float32':
      return clipped(view.getFloat32(at, true) * SAMPLE_MAX);
  }
}

/** One list of samples a channel; a last frame that is not whole is left out. */
function unwoven(woven: Int16Array, channels: number): Int16Array[] {
  const frames = Math.floor(woven.length / channels);
  return Array.from({ length: channels }, (_each, channel) => {
    const samples = new Int16Array(frames);
    for (let at = 0; at < frames; at += 1) samples[at] = woven[at * channels + channel] ?? 0;
    return samples;
  });
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function word(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
