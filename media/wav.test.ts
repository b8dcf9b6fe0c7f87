import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encoded } from './g711.ts';
import { shareAt } from './goertzel.ts';
import { interleaved } from './mix.ts';
import { tone } from './tone.ts';
import {
  HEADER_BYTES,
  monoOf,
  readWav,
  repairedHeader,
  wavBytes,
  wavFile,
  wavHeader,
} from './wav.ts';

const SOUND = tone({ hz: [440], ms: 100 });
const FILE = wavFile(SOUND);

function read(file: Uint8Array): Extract<ReturnType<typeof readWav>, { ok: true }> {
  const reading = readWav(file);
  assert.ok(reading.ok, 'why' in reading ? reading.why : '');
  return reading;
}

/** A file of another kind: format code, bits, and its sound as bytes. */
function fileOf(code: number, bits: number, data: Uint8Array, channels = 1): Uint8Array {
  const file = new Uint8Array(HEADER_BYTES + data.length);
  file.set(wavHeader({ rate: 8_000, channels }, data.length));
  file.set(data, HEADER_BYTES);
  const view = new DataView(file.buffer);
  view.setUint16(20, code, true);
  view.setUint16(34, bits, true);
  return file;
}

function chunk(name: string, bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(8 + bytes.length + (bytes.length % 2));
  padded.set(Buffer.from(name, 'latin1'));
  new DataView(padded.buffer).setUint32(4, bytes.length, true);
  padded.set(bytes, 8);
  return padded;
}

describe('a WAV file', () => {
  it('is read as it was written', () => {
    const { rate, channels } = read(FILE);
    assert.equal(rate, 8_000);
    assert.deepEqual(channels, [SOUND.samples]);
    assert.equal(FILE.length, HEADER_BYTES + 1_600);
    assert.equal(Buffer.from(FILE.subarray(0, 4)).toString(), 'RIFF');
    assert.equal(new DataView(FILE.buffer).getUint32(4, true), FILE.length - 8);
  });

  it('keeps its channels apart, and is heard as one', () => {
    const other = tone({ hz: [1_000], ms: 100 }).samples;
    const both = wavBytes(interleaved([SOUND.samples, other]));
    const stereo = read(fileOf(1, 16, both, 2));
    assert.deepEqual(stereo.channels, [SOUND.samples, other]);
    const { samples } = monoOf(stereo);
    assert.ok(shareAt(samples, 440, 8_000) > 0.45);
    assert.ok(shareAt(samples, 1_000, 8_000) > 0.45);
  });

  it('may hold other kinds of samples', () => {
    const samples = SOUND.samples;
    const wide = new Uint8Array(samples.length * 4);
    const floats = new DataView(wide.buffer);
    samples.forEach((sample, at) => floats.setFloat32(at * 4, sample / 32_767, true));
    const long = new Uint8Array(samples.length * 3);
    samples.forEach((sample, at) => new DataView(long.buffer).setInt16(at * 3 + 1, sample, true));
    const kinds = [
      fileOf(3, 32, wide),
      fileOf(1, 24, long),
      fileOf(
        1,
        8,
        Uint8Array.from(samples, (sample) => (sample >> 8) + 128),
      ),
      fileOf(6, 8, encoded(samples, 'alaw')),
      fileOf(7, 8, encoded(samples, 'ulaw')),
    ];
    for (const file of kinds) {
      const [heard] = read(file).channels;
      assert.equal(heard?.length, samples.length);
      assert.ok(shareAt(heard, 440, 8_000) > 0.95);
    }
  });

  it('may have chunks before and behind its sound, and odd lengths', () => {
    const riff = FILE.slice(0, 12);
    const parts = [
      riff,
      chunk('JUNK', new Uint8Array(3)),
      FILE.slice(12, 36),
      chunk('LIST', new Uint8Array(5)),
      chunk('data', wavBytes(SOUND.samples)),
      chunk('id3 ', new Uint8Array(9)),
    ];
    assert.deepEqual(read(Uint8Array.from(Buffer.concat(parts))).channels, [SOUND.samples]);
  });

  it('may be cut off, or not know how long it is', () => {
    for (const size of [0, 0xffff_ffff, 4_000_000]) {
      const file = FILE.slice(0, HEADER_BYTES + 801);
      new DataView(file.buffer).setUint32(40, size, true);
      assert.equal(read(file).channels[0]?.length, 400);
    }
  });

  it('that is none says why', () => {
    const why = (file: Uint8Array) => {
      const reading = readWav(file);
      return reading.ok ? '' : reading.why;
    };
    assert.equal(why(new Uint8Array(0)), 'is not a WAV file');
    assert.equal(
      why(Buffer.from('<html>no such file</html>, says the server')),
      'is not a WAV file',
    );
    assert.equal(why(FILE.slice(0, 36)), 'has no sound in it');
    assert.equal(why(fileOf(85, 0, new Uint8Array(4))), 'has sound of a kind that is not read');
    assert.equal(why(fileOf(1, 16, new Uint8Array(4), 200)), 'has 200 channels');
    const fast = FILE.slice();
    new DataView(fast.buffer).setUint32(24, 4_000_000, true);
    assert.equal(why(fast), 'has a rate of 4000000 Hz');
  });
});

describe('a WAV file whose writer was killed', () => {
  it('is repaired to the last whole sample', () => {
    const begun = wavHeader({ rate: 8_000, channels: 2 }, 0);
    const repaired = repairedHeader(begun, HEADER_BYTES + 1_603);
    assert.deepEqual(repaired, wavHeader({ rate: 8_000, channels: 2 }, 1_600));
  });

  it('is left alone when it is whole, or not ours', () => {
    assert.equal(repairedHeader(FILE.slice(0, HEADER_BYTES), FILE.length), null);
    assert.equal(repairedHeader(fileOf(7, 8, new Uint8Array(0)), 5_000), null);
    assert.equal(repairedHeader(Buffer.from('not a file'), 5_000), null);
    assert.equal(repairedHeader(new Uint8Array(0), 0), null);
  });
});
