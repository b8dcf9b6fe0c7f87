import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { RecordingId, RoomId } from '../../kernel/brand.ts';
import type { SandboxScript } from '../../calls/call.ts';
import type { Instruction, RecordStart } from '../../calls/instruction.ts';
import { OPEN_LINE } from '../../calls/media.ts';
import { keyListener } from '../../media/dtmf.ts';
import { shareAt } from '../../media/goertzel.ts';
import { levelOf, msOf, samplesIn } from '../../media/sound.ts';
import { tone } from '../../media/tone.ts';
import { readWav } from '../../media/wav.ts';
import {
  attemptId,
  dialled,
  instruct,
  orderTo,
  toldOf,
} from '../../tests/conformance/carrier_bench.ts';
import {
  type SandboxBench,
  sandboxBench,
  scripted,
} from '../../tests/conformance/sandbox_bench.ts';
import { CarrierError, type RecordingOrder } from '../carrier.ts';
import type { Studio } from './studio.ts';

const RATE = 8_000;
const ONE = attemptId('one');
const RECORDING = 'recording-1' as RecordingId;
const ROOM = 'room-1' as RoomId;
/** Both hum for as long as they talk, each its own tone; what is said is heard at 1,500 Hz. */
const OURS: SandboxScript = { voice_hz: 420, voice_ms: 60_000 };
const THEIRS: SandboxScript = { voice_hz: 620, voice_ms: 60_000 };

/** Says every text as one tone of 2 s; knows one file, which is another tone of 3 s. */
const STUDIO: Studio = {
  say: () => Promise.resolve(tone({ hz: [1_500], ms: 2_000 }, 16_000)),
  fetch: (url) =>
    Promise.resolve(
      url.endsWith('good.wav')
        ? { ok: true, key: 'good', ms: 3_000 }
        : { ok: false, why: 'it is gone' },
    ),
  kept: (key) => Promise.resolve(key === 'good' ? tone({ hz: [1_900], ms: 3_000 }) : null),
};

let bench: SandboxBench;
let effects = 0;
beforeEach(() => {
  bench = sandboxBench({}, STUDIO);
});
afterEach(() => bench.close());

/** Dials and lets the leg be answered: at 2,100 ms, on a clock that then stands at 15,000. */
async function answered(name: string, script: SandboxScript): Promise<void> {
  await dialled(bench, scripted(orderTo('+15005550006', name), script));
}
function order(instruction: Instruction, name = 'one'): Promise<void> {
  const leg = { attempt_id: attemptId(name), leg_ref: null };
  return instruct(bench, leg, { effect_id: `effect-${(effects += 1)}`, instruction });
}
function record(more: Partial<RecordStart> = {}): Promise<void> {
  return order({
    do: 'record_start',
    recording_id: RECORDING,
    format: 'wav',
    end_of_silence_s: 0,
    end_of_key: 'none',
    duration_s: 0,
    beep: false,
    channels: 1,
    on_end_flow_id: null,
    ...more,
  });
}
const stop = (): Promise<void> => order({ do: 'record_stop', recording_id: RECORDING });

async function fileOf(more: Partial<RecordingOrder> = {}): Promise<Uint8Array> {
  const leg = { attempt_id: ONE, leg_ref: null };
  const asked = { recording_id: RECORDING, leg, channels: 1, room: null, ...more } as const;
  const pieces: Uint8Array[] = [];
  for await (const piece of (await bench.carrier.recorded?.(asked)) ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}
type Pair = readonly [Int16Array, Int16Array];

/** The second is empty where there is but one. */
async function channelsOf(more: Partial<RecordingOrder> = {}): Promise<Pair> {
  const reading = readWav(await fileOf(more));
  assert.ok(reading.ok, 'why' in reading ? reading.why : '');
  assert.equal(reading.rate, RATE);
  const [first = new Int16Array(0), second = new Int16Array(0)] = reading.channels;
  return [first, second];
}
/** Which of the tones are heard between two moments of a recording, in seconds. */
function tonesIn(samples: Int16Array, from_s: number, until_s: number): number[] {
  const part = samples.subarray(samplesIn(from_s * 1_000), samplesIn(until_s * 1_000));
  if (levelOf(part) < -60) return [];
  return [420, 620, 1_500, 1_900].filter((hz) => shareAt(part, hz, RATE) > 0.2);
}

describe('a recording of a leg', () => {
  it('has both voices in it, at their times', async () => {
    await answered('one', OURS);
    await record();
    await bench.clock.advance(1_000);
    await order({
      do: 'say',
      text: 'Hello over there, nice day!',
      language: 'en-US',
      gender: 'male',
    });
    await bench.clock.advance(4_000);
    await stop();
    await bench.clock.advance(100);
    const [mono] = await channelsOf();
    assert.equal(msOf({ rate: RATE, samples: mono }), 5_000);
    assert.deepEqual(tonesIn(mono, 0, 1), [420]);
    assert.deepEqual(tonesIn(mono, 1.05, 2.5), [420, 1_500]);
    assert.deepEqual(tonesIn(mono, 2.7, 5), [420]);
  });

  it('keeps the two apart where two channels are asked for', async () => {
    await answered('one', OURS);
    await record();
    await order({ do: 'say', text: 'x'.repeat(50), language: 'en-US', gender: 'male' });
    await bench.clock.advance(3_000);
    await stop();
    await bench.clock.advance(100);
    const [said, given] = await channelsOf({ channels: 2 });
    assert.deepEqual([tonesIn(said, 0, 3), tonesIn(given, 0, 2.9)], [[420], [1_500]]);
  });

  it('has the keys of both sides in it', async () => {
    await answered('one', { ...OURS, dtmf: `${'W'.repeat(15)}7WW9` });
    await record();
    await order({ do: 'send_digits', digits: '12#', duration_ms: 100, interval_ms: 100 });
    await bench.clock.advance(8_000);
    await stop();
    await bench.clock.advance(100);
    const [said, given] = await channelsOf({ channels: 2 });
    assert.equal(keyListener()(given), '12#');
    assert.equal(keyListener()(said), '79');
  });

  it('has what was played in it, as long as it is, and says what could not be', async () => {
    await answered('one', { ...OURS, voice_ms: 0 });
    await record();
    const urls = ['https://example.com/good.wav', 'https://example.com/bad.wav'];
    await order({ do: 'play', urls });
    await order({ do: 'beep' });
    await bench.clock.advance(6_000);
    await stop();
    await bench.clock.advance(100);
    const [mono] = await channelsOf();
    assert.deepEqual(tonesIn(mono, 0, 3), [1_900]);
    assert.ok(shareAt(mono.subarray(24_000, 28_000), 1_000, RATE) > 0.9);
    const failed = toldOf(bench).find(({ fact }) => fact.type === 'media_failed');
    assert.match(JSON.stringify(failed?.fact), /cannot be played: it is gone/);
  });

  it('has nothing in it after a stop', async () => {
    await answered('one', { ...OURS, voice_ms: 0 });
    await record();
    await order({ do: 'say', text: 'x'.repeat(200), language: 'en-US', gender: 'male' });
    await bench.clock.advance(1_000);
    await order({ do: 'stop' });
    await bench.clock.advance(3_000);
    await stop();
    await bench.clock.advance(100);
    const [mono] = await channelsOf();
    assert.deepEqual([tonesIn(mono, 0, 1), tonesIn(mono, 1.01, 4)], [[1_500], []]);
  });

  it('has the other party in it while they share a room', async () => {
    await answered('one', OURS);
    await answered('two', THEIRS);
    await record();
    await bench.clock.advance(1_000);
    for (const name of ['one', 'two']) await order({ do: 'join', room_id: ROOM }, name);
    await bench.clock.advance(2_000);
    await order({ do: 'line', line: { ...OPEN_LINE, mute_direction: 'in' } }, 'two');
    await bench.clock.advance(2_000);
    await stop();
    await bench.clock.advance(100);
    const [said, given] = await channelsOf({ channels: 2 });
    assert.deepEqual(tonesIn(said, 0, 5), [420]);
    const heard = [tonesIn(given, 0, 1), tonesIn(given, 1.01, 3), tonesIn(given, 3.01, 5)];
    assert.deepEqual(heard, [[], [620], []]);
  });

  it('has music in it while the party is on hold, which is not heard', async () => {
    await answered('one', OURS);
    await record();
    await order({ do: 'line', line: { ...OPEN_LINE, hold: true } });
    await bench.clock.advance(2_000);
    await stop();
    await bench.clock.advance(100);
    const [said, given] = await channelsOf({ channels: 2 });
    assert.equal(levelOf(said), -Infinity);
    assert.ok(levelOf(given) > -40);
  });

  it('is the same to the byte whoever asks, and after a crash', async () => {
    await answered('one', OURS);
    await record({ duration_s: 2 });
    await order({ do: 'say', text: 'Hello there', language: 'en-US', gender: 'male' });
    await bench.clock.advance(1_000);
    bench.restart();
    await bench.clock.advance(3_000);
    const file = await fileOf();
    bench.restart();
    await bench.clock.advance(700_000);
    assert.equal(file.length, 44 + 2 * RATE * 2);
    assert.deepEqual(await fileOf(), file);
  });

  it('is one of several of one leg', async () => {
    await answered('one', OURS);
    await record({ duration_s: 1 });
    await bench.clock.advance(2_000);
    const second = 'recording-2' as RecordingId;
    await record({ recording_id: second, duration_s: 3 });
    await bench.clock.advance(4_000);
    const lengths = [(await fileOf()).length, (await fileOf({ recording_id: second })).length];
    assert.deepEqual(lengths, [44 + RATE * 2, 44 + 3 * RATE * 2]);
  });

  it('is not to be had before it is over', async () => {
    await answered('one', OURS);
    await record();
    await bench.clock.advance(1_000);
    await assert.rejects(
      fileOf(),
      (error) => error instanceof CarrierError && error.retry === 'later',
    );
  });

  it('ends when the party has been quiet, not while it hums', async () => {
    await answered('one', { ...OURS, voice_ms: 20_000 });
    await record({ end_of_silence_s: 2 });
    await bench.clock.advance(60_000);
    const [end] = toldOf(bench).flatMap(({ fact }) =>
      fact.type === 'recording_finished' ? [fact] : [],
    );
    // It hums until 2,100 + 20,000 ms; the recording began at 15,000.
    assert.deepEqual([end?.cause, end?.duration_ms], ['silence', 22_100 - 15_000 + 2_000]);
  });
});

describe('a recording of a room', () => {
  const legs = ['one', 'two'];
  const since = () => bench.clock.now();

  it('has everybody in it, and is to be had through whoever was there', async () => {
    await answered('one', OURS);
    await answered('two', THEIRS);
    const from = since();
    for (const name of legs) await order({ do: 'join', room_id: ROOM }, name);
    await bench.clock.advance(2_000);
    await bench.carrier.hangUp({ attempt_id: ONE, leg_ref: null });
    await bench.clock.advance(2_000);
    const room = { room_id: ROOM, since: from, until: since() };
    for (const name of legs) {
      const leg = { attempt_id: attemptId(name), leg_ref: null };
      const [mono] = await channelsOf({ room, leg });
      assert.deepEqual([tonesIn(mono, 0, 2), tonesIn(mono, 2.01, 4)], [[420, 620], [620]]);
    }
  });

  it('is nobody’s who was not in it', async () => {
    await answered('one', OURS);
    const room = { room_id: ROOM, since: since(), until: since() };
    assert.equal((await fileOf({ room })).length, 0);
  });
});
