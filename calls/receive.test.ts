import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttemptId, Instant, LegRef, ProviderId } from '../kernel/brand.ts';
import { attemptOfLeg } from './attempts.ts';
import type { HangupReason } from './call.ts';
import { currentAttempt } from './call.ts';
import { eventIn, FACTS, freshCall } from './stories.ts';
import { receive, transition } from './transition.ts';

const LEG = { id: 'brought' as AttemptId, leg_ref: 'leg-1' as LegRef };
const CAUSES: readonly (readonly [HangupReason, string])[] = [
  ['normal', 'rejected'],
  ['busy', 'busy'],
  ['noanswer', 'noanswer'],
  ['failed', 'failed'],
  ['amd', 'rejected'],
];

describe('an incoming call', () => {
  it('has one leg, which is there already, and two timers', () => {
    const facts = { ...FACTS, direction: 'incoming' } as const;
    const { state, effects } = receive(facts, LEG, 1_000 as Instant);
    const leg = currentAttempt(state);
    assert.deepEqual([leg?.id, leg?.leg_ref, leg?.status], ['brought', 'leg-1', 'accepted']);
    assert.deepEqual(effects, [{ do: 'notice_tell', notice: 'call_created' }]);
    assert.deepEqual([state.timers.dial, state.timers.check], [61_000, 31_000]);
    assert.equal(state.told_count, 1);
  });

  for (const [reason, cause] of CAUSES)
    it(`that is turned down with ${reason} tells its caller ${cause}`, () => {
      assert.equal(causeOf(`asked ${reason}`, 'incoming'), cause);
      assert.equal(causeOf(`asked ${reason}`, ''), 'cancel', 'nobody waits at an outgoing one');
    });

  it('that was answered ends like any other', () => {
    const call = freshCall('incoming');
    const talking = transition(call, eventIn('answered', call, 2_000)).state;
    const { effects } = transition(talking, eventIn('asked busy', talking, 3_000));
    assert.equal(effects.find(({ do: verb }) => verb === 'leg_hangup')?.do, 'leg_hangup');
    assert.deepEqual(
      effects.flatMap((effect) => (effect.do === 'leg_hangup' ? [effect.cause] : [])),
      ['normal'],
    );
  });

  it('has one name for its leg, whoever is told of it and whenever', () => {
    const name = (provider: string, leg: string): string =>
      attemptOfLeg(provider as ProviderId, leg);
    assert.equal(name('p', 'a'), name('p', 'a'));
    assert.equal(new Set([name('p', 'a'), name('p', 'b'), name('q', 'a')]).size, 3);
  });
});

function causeOf(words: string, traits: string): string | undefined {
  const call = freshCall(traits);
  const ringing = transition(call, eventIn('ringing', call, 2_000)).state;
  const { effects } = transition(ringing, eventIn(words, ringing, 3_000));
  const [cause] = effects.flatMap((effect) => (effect.do === 'leg_hangup' ? [effect.cause] : []));
  return cause;
}
