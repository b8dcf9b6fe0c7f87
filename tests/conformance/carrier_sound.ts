import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { RecordingId, StreamId } from '../../kernel/brand.ts';
import type { Instruction, RecordStart, StreamStart } from '../../calls/instruction.ts';
import type { FactOf } from '../../calls/events.ts';
import { type Line, OPEN_LINE } from '../../calls/media.ts';
import type { Need } from '../../flows/action.ts';
import { msOf } from '../../media/sound.ts';
import { monoOf, readWav } from '../../media/wav.ts';
import type { Carrier, LegAddress, RecordingOrder } from '../../providers/carrier.ts';
import { answeredLeg, attemptId, type Bench, dialled } from './carrier_bench.ts';
import { instruct, orderTo, toldOf } from './carrier_bench.ts';

const RECORD: RecordStart = {
  do: 'record_start',
  recording_id: 'recording-1' as RecordingId,
  format: 'wav',
  end_of_silence_s: 0,
  end_of_key: 'none',
  duration_s: 0,
  beep: false,
  channels: 1,
  on_end_flow_id: null,
};

const STREAM: StreamStart = {
  do: 'stream_start',
  stream_id: 'stream-1' as StreamId,
  host: '127.0.0.1:5090',
  encapsulation: 'rtp',
  transport: 'udp',
  connection_type: 'client',
  format: 'ulaw',
  direction: 'both',
  data: '',
};

/** Every change of a line, by the capability it needs. */
const LINES: readonly (readonly [Need, Partial<Line>])[] = [
  ['hold', { hold: true }],
  ['moh', { moh: true }],
  ['silence', { silence: true }],
  ['mute_in', { mute_direction: 'in' }],
  ['mute_out', { mute_direction: 'out' }],
];

/** What is done to a leg's sound: who answered, hold and mute, recordings, streams. */
export function describeSound(bench: () => Bench): void {
  describeParties(bench);
  describeLines(bench);
  describeRecordings(bench);
  it('goes to another host, and stops', async (context) => {
    if (!bench().kind.capabilities.external_media)
      return context.skip('it does not claim external_media');
    const leg = await answeredLeg(bench());
    const stop = { do: 'stream_stop', stream_id: STREAM.stream_id } as const;
    await instruct(bench(), leg, { effect_id: '1', instruction: STREAM });
    await instruct(bench(), leg, { effect_id: '1', instruction: STREAM });
    await bench().clock.advance(5_000);
    await instruct(bench(), leg, { effect_id: '2', instruction: stop });
    await bench().clock.advance(5_000);
    assert.deepEqual(factsOf(bench(), 'stream_ended'), []);
  });
}

function describeParties(bench: () => Bench): void {
  it('says who answered, once', async (context) => {
    if (!bench().kind.capabilities.amd) return context.skip('it does not claim amd');
    assert.ok(bench().numbers.parties.length > 0);
    for (const { to, party } of bench().numbers.parties) {
      const order = { ...orderTo(to, to), detect: true };
      await dialled(bench(), order);
      const leg: LegAddress = { attempt_id: order.attempt_id, leg_ref: null };
      const instruction = { do: 'detect', on_machine: 'continue' } as const;
      for (const effect_id of ['1', '1', '2'])
        await instruct(bench(), leg, { effect_id, instruction });
      await bench().clock.advance(15_000);
      const told = toldOf(bench(), order.attempt_id).filter(isOf('party_detected'));
      assert.equal(new Set(told.map(({ key }) => key)).size, 1, to);
      assert.deepEqual(told[0]?.fact, { type: 'party_detected', party }, to);
    }
  });
}

function describeLines(bench: () => Bench): void {
  for (const [need, change] of LINES)
    it(`is as it was ordered, and again as before: ${need}`, async (context) => {
      if (!bench().kind.capabilities[need]) return context.skip(`it does not claim ${need}`);
      const leg = await answeredLeg(bench());
      const line = { ...OPEN_LINE, ...change };
      await instruct(bench(), leg, { effect_id: '1', instruction: { do: 'line', line } });
      assert.deepEqual(bench().lineOf(leg), line);
      await instruct(bench(), leg, { effect_id: '2', instruction: { do: 'line', line } });
      assert.deepEqual(bench().lineOf(leg), line);
      const open = { do: 'line', line: OPEN_LINE } as const;
      await instruct(bench(), leg, { effect_id: '3', instruction: open });
      assert.deepEqual(bench().lineOf(leg), OPEN_LINE);
    });

  it('stays muted while it is put on hold and taken off again', async (context) => {
    const { hold, mute_in, mute_out } = bench().kind.capabilities;
    if (!hold || !mute_in || !mute_out) return context.skip('it does not claim them all');
    const leg = await answeredLeg(bench());
    const muted = { ...OPEN_LINE, mute_direction: 'both' } as const;
    for (const [effect_id, line] of [muted, { ...muted, hold: true }, muted].entries())
      await instruct(bench(), leg, {
        effect_id: `${effect_id}`,
        instruction: { do: 'line', line },
      });
    assert.deepEqual(bench().lineOf(leg), muted);
  });
}

function describeRecordings(bench: () => Bench): void {
  const recorded = async (
    order: Partial<RecordStart>,
    then: (leg: LegAddress) => Promise<void>,
  ) => {
    const leg = await answeredLeg(bench());
    const instruction: Instruction = { ...RECORD, ...order };
    await instruct(bench(), leg, { effect_id: '1', instruction });
    await instruct(bench(), leg, { effect_id: '1', instruction });
    await then(leg);
    await bench().clock.advance(60_000);
    const begun = factsOf(bench(), 'recording_started');
    assert.deepEqual(begun, [{ type: 'recording_started', recording_id: RECORD.recording_id }]);
    const [end, ...more] = factsOf(bench(), 'recording_finished');
    assert.deepEqual(more, []);
    assert.ok(end?.type === 'recording_finished' && end.recording_id === RECORD.recording_id);
    return end;
  };
  const cases = (title: string, test: () => Promise<void>): void =>
    void it(title, (context) => {
      if (!bench().kind.capabilities.record) return context.skip('it does not claim record');
      return test();
    });

  cases('is recorded until it is told to stop', async () => {
    const end = await recorded({}, async (leg) => {
      await bench().clock.advance(4_000);
      const { recording_id } = RECORD;
      await instruct(bench(), leg, {
        effect_id: '2',
        instruction: { do: 'record_stop', recording_id },
      });
    });
    assert.deepEqual([end.cause, end.duration_ms], ['stopped', 4_000]);
  });
  cases('is recorded no longer than asked', async () => {
    const end = await recorded({ duration_s: 7 }, async () => undefined);
    assert.deepEqual([end.cause, end.duration_ms], ['duration', 7_000]);
  });
  cases('is recorded until the leg ends', async () => {
    const end = await recorded({ beep: true }, async (leg) => {
      await bench().clock.advance(5_000);
      await bench().carrier.hangUp(leg);
    });
    assert.equal(end.cause, 'hangup');
    assert.ok(end.duration_ms > 0 && end.duration_ms <= 5_000);
  });
  cases('is brought as a file of sound as long as it was', async () => {
    const leg = { attempt_id: attemptId('one'), leg_ref: null };
    const end = await recorded({ duration_s: 3 }, async () => undefined);
    const { recording_id } = RECORD;
    const order: RecordingOrder = { recording_id, leg, channels: 1, room: null };
    const reading = readWav(await fileOf(bench().carrier, order));
    assert.ok(reading.ok, 'why' in reading ? reading.why : '');
    assert.ok(Math.abs(msOf(monoOf(reading)) - end.duration_ms) <= 200);
    const other = { ...order, recording_id: 'another' as RecordingId };
    assert.equal(await bench().carrier.recorded?.(other), null);
    assert.equal((await bench().stranger.recorded?.(order)) ?? null, null);
  });
  cases('is recorded until a key is pressed', async () => {
    const order = bench().pressing(orderTo(bench().numbers.answers), 'WWWWWWWWWW1W#');
    const answered = bench().carrier.dial(order);
    await bench().clock.advance(5_000);
    await answered;
    const leg = { attempt_id: order.attempt_id, leg_ref: null };
    const instruction: Instruction = { ...RECORD, end_of_key: '#' };
    await instruct(bench(), leg, { effect_id: '1', instruction });
    await bench().clock.advance(30_000);
    const [end] = factsOf(bench(), 'recording_finished');
    assert.equal(end?.type === 'recording_finished' && end.cause, 'key');
  });
}

async function fileOf(carrier: Carrier, order: RecordingOrder): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await carrier.recorded?.(order)) ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The facts of a type about the first attempt, each key once. */
function factsOf(bench: Bench, type: FactOf['type']): FactOf[] {
  const told = toldOf(bench).filter(isOf(type));
  return [...new Map(told.map(({ key, fact }) => [key, fact])).values()];
}

function isOf(type: FactOf['type']): (told: { readonly fact: FactOf }) => boolean {
  return ({ fact }) => fact.type === type;
}
