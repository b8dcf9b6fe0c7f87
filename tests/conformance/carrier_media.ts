import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { RoomId } from '../../kernel/brand.ts';
import type { Instruction } from '../../calls/instruction.ts';
import type { Need } from '../../flows/action.ts';
import { CarrierError } from '../../providers/carrier.ts';
import { answeredLeg, attemptId, type Bench, dialled, instruct, orderTo } from './carrier_bench.ts';
import { toldOf } from './carrier_bench.ts';

const SAY: Instruction = { do: 'say', text: 'Hello there', language: 'en-US', gender: 'female' };

/** Orders that take time, by the capability they need. */
const LASTING: readonly (readonly [Need, Instruction])[] = [
  ['say', SAY],
  ['play', { do: 'play', urls: ['https://example.com/hello.wav'] }],
  ['play', { do: 'beep' }],
  ['send_digits', { do: 'send_digits', digits: '12#', duration_ms: 100, interval_ms: 100 }],
  ['echo', { do: 'echo', duration_ms: 3_000 }],
  ['stream_echo', { do: 'stream_echo', duration_ms: 3_000 }],
];

/** What a leg's media does when it is told to, as far as the carrier claims to be able to. */
export function describeMedia(bench: () => Bench): void {
  for (const [need, instruction] of LASTING) {
    it(`finish, and tell so once: ${instruction.do}`, async (context) => {
      if (!bench().kind.capabilities[need]) return context.skip(`it does not claim ${need}`);
      const leg = await answeredLeg(bench());
      await instruct(bench(), leg, { effect_id: 'effect-1', instruction });
      await instruct(bench(), leg, { effect_id: 'effect-1', instruction });
      assert.deepEqual(finished(bench()), []);
      await bench().clock.advance(60_000);
      assert.deepEqual(finished(bench()), ['effect-1']);
    });
  }

  it('go one after the other', async (context) => {
    if (!bench().kind.capabilities.say) return context.skip('it does not claim say');
    const leg = await answeredLeg(bench());
    for (const effect_id of ['effect-1', 'effect-2', 'effect-3'])
      await instruct(bench(), leg, { effect_id, instruction: SAY });
    await bench().clock.advance(60_000);
    assert.deepEqual(finished(bench()), ['effect-1', 'effect-2', 'effect-3']);
  });

  it('fall silent at once when stopped, and say no more of it', async (context) => {
    if (!bench().kind.capabilities.say) return context.skip('it does not claim say');
    const leg = await answeredLeg(bench());
    await instruct(bench(), leg, { effect_id: 'effect-1', instruction: SAY });
    await instruct(bench(), leg, { effect_id: 'effect-2', instruction: { do: 'stop' } });
    await bench().clock.advance(60_000);
    assert.deepEqual(finished(bench()), []);
  });

  it('end with the leg', async (context) => {
    if (!bench().kind.capabilities.say) return context.skip('it does not claim say');
    const leg = await answeredLeg(bench());
    await instruct(bench(), leg, { effect_id: 'effect-1', instruction: SAY });
    await bench().carrier.hangUp(leg);
    await bench().clock.advance(60_000);
    assert.deepEqual(finished(bench()), []);
    assert.equal(toldOf(bench()).at(-1)?.fact.type, 'leg_ended');
  });

  it('cannot be had of a leg that has ended, or never was', async () => {
    const leg = await answeredLeg(bench());
    await bench().carrier.hangUp(leg);
    await bench().clock.advance(1_000);
    const order = { effect_id: 'effect-1', instruction: SAY };
    await assert.rejects(instruct(bench(), leg, order), isRefusal);
    const nobody = { attempt_id: attemptId('never'), leg_ref: null };
    await assert.rejects(instruct(bench(), nobody, order), isRefusal);
  });

  it('hear the digits that are pressed, in order, each once', async (context) => {
    if (!bench().kind.capabilities.gather) return context.skip('it does not claim gather');
    await dialled(bench(), bench().pressing(orderTo(bench().numbers.answers), '11#42'));
    await bench().clock.advance(20_000);
    const told = toldOf(bench()).filter(({ fact }) => fact.type === 'digits_pressed');
    const digits = told.map(({ fact }) => (fact.type === 'digits_pressed' ? fact.digits : ''));
    assert.equal(digits.join(''), '11#42');
    assert.equal(new Set(told.map(({ key }) => key)).size, told.length);
  });

  it('meet in rooms, move between them, and leave when the leg ends', async (context) => {
    if (!bench().kind.capabilities.room) return context.skip('it does not claim room');
    const [one, two] = [await answeredLeg(bench(), 'one'), await answeredLeg(bench(), 'two')];
    const [red, blue] = ['room-red' as RoomId, 'room-blue' as RoomId];
    await instruct(bench(), one, { effect_id: '1', instruction: { do: 'join', room_id: red } });
    await instruct(bench(), two, { effect_id: '2', instruction: { do: 'join', room_id: red } });
    assert.deepEqual(bench().membersOf(red), [one.leg_ref, two.leg_ref]);
    await instruct(bench(), two, { effect_id: '3', instruction: { do: 'join', room_id: blue } });
    assert.deepEqual(bench().membersOf(red), [one.leg_ref]);
    assert.deepEqual(bench().membersOf(blue), [two.leg_ref]);
    await instruct(bench(), two, { effect_id: '4', instruction: { do: 'leave', room_id: red } });
    assert.deepEqual(bench().membersOf(blue), [two.leg_ref], 'leaving another room is no matter');
    await instruct(bench(), two, { effect_id: '5', instruction: { do: 'leave', room_id: blue } });
    assert.deepEqual(bench().membersOf(blue), []);
    await bench().carrier.hangUp(one);
    assert.deepEqual(bench().membersOf(red), []);
  });
}

/** The effects whose media finished, in the order in which it was first told. */
function finished(bench: Bench): string[] {
  const all = toldOf(bench).map(({ fact }) =>
    fact.type === 'media_finished' ? fact.effect_id : '',
  );
  return [...new Set(all)].filter((effect_id) => effect_id !== '');
}

function isRefusal(error: unknown): boolean {
  return error instanceof CarrierError && error.retry === 'never';
}
