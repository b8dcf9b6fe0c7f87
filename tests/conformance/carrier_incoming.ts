import assert from 'node:assert/strict';
import { it } from 'node:test';
import { attemptOfLeg } from '../../calls/attempts.ts';
import type { EffectId } from '../../kernel/brand.ts';
import type { IncomingLeg, LegAddress, TurnedAway } from '../../providers/carrier.ts';
import { type Bench, instruct, type Outside, toldOf, typesOf } from './carrier_bench.ts';

const BLOCKED: TurnedAway = { reason: 'blocked', sip_code: 603, q850: 21 };

/** Carriers that bring calls hold the line until we have decided, and then do as we say. */
export function describeIncoming(bench: () => Bench): void {
  const whereItDoes = (says: string, test: (outside: Outside) => Promise<void>): void =>
    void it(says, async (t) => {
      const { kind, outside } = bench();
      if (!kind.capabilities.incoming) return;
      if (outside === undefined) return t.skip('the bench has nobody outside who calls');
      await test(outside);
    });

  whereItDoes('tells who calls whom, by one name however often it tells', async (outside) => {
    bench().refuseNotices(1);
    const calling = outside.call('ann', { from: '+4930111', to: '+12125550102' });
    await bench().clock.advance(20_000);
    await calling;
    const brought = legsBrought(bench());
    assert.ok(brought.length > 1, 'told again, since the first was not taken');
    assert.equal(new Set(brought.map(({ leg_ref }) => leg_ref)).size, 1);
    assert.deepEqual([brought[0]?.from, brought[0]?.to], ['+4930111', '+12125550102']);
  });

  whereItDoes('leaves the number of a caller out who withholds it', async (outside) => {
    await outside.call('nobody', { from: '' });
    assert.equal(legsBrought(bench())[0]?.from, '');
  });

  whereItDoes('answers otherwise to what is turned away, and says which', async (outside) => {
    await outside.call('ann');
    const notice = bench().notices.find((each) => bench().carrier.interpret(each).incoming);
    assert.ok(notice !== undefined);
    const { carrier } = bench();
    const [taken, turned] = [carrier.interpret(notice), carrier.interpret(notice, BLOCKED)];
    assert.notDeepEqual(taken.reply, turned.reply);
    assert.deepEqual(taken.incoming, turned.incoming);
  });

  whereItDoes('holds the line until it is answered, and answers once', async (outside) => {
    const leg = await taken(bench(), outside, 'ann');
    await bench().clock.advance(10_000);
    assert.deepEqual(typesOf(bench(), leg.attempt_id), ['leg_ringing']);
    assert.equal((await bench().carrier.find(leg)).state, 'ringing');
    await answer(bench(), leg, 'first');
    await answer(bench(), leg, 'second');
    assert.deepEqual(typesOf(bench(), leg.attempt_id), ['leg_ringing', 'leg_answered']);
    assert.equal((await bench().carrier.find(leg)).state, 'answered');
    assert.equal(outside.heardBy('ann'), null);
  });

  whereItDoes(
    'lets a caller hear that the call is not taken, and tells no more',
    async (outside) => {
      outside.answer(BLOCKED);
      await outside.call('ann');
      await bench().clock.advance(60_000);
      assert.equal(outside.heardBy('ann'), 603);
      const [leg] = legsBrought(bench());
      assert.ok(leg !== undefined);
      assert.deepEqual(typesOf(bench(), nameOf(bench(), leg)), []);
    },
  );

  whereItDoes('tells that the caller gave up before the answer', async (outside) => {
    const leg = await taken(bench(), outside, 'ann', { patience_ms: 8_000 });
    await bench().clock.advance(20_000);
    const last = toldOf(bench(), leg.attempt_id).at(-1)?.fact;
    assert.equal(last?.type === 'leg_ended' && last.ending.cause, 'cancel');
    const state = await bench().carrier.find(leg);
    assert.ok(state.state === 'ended' && !state.answered);
    await assert.rejects(answer(bench(), leg, 'late'));
  });

  whereItDoes('tells that the caller hung up, and counts the talk', async (outside) => {
    const leg = await taken(bench(), outside, 'ann', { talk_ms: 30_000 });
    await answer(bench(), leg);
    await bench().clock.advance(60_000);
    const last = toldOf(bench(), leg.attempt_id).at(-1)?.fact;
    assert.ok(last?.type === 'leg_ended' && last.ending.cause === 'normal');
    assert.equal(last.talk_ms, 30_000);
  });

  whereItDoes('tells the keys a caller presses', async (outside) => {
    const leg = await taken(bench(), outside, 'ann', { digits: '12#' });
    await answer(bench(), leg);
    await bench().clock.advance(5_000);
    const digits = toldOf(bench(), leg.attempt_id).flatMap(({ fact }) =>
      fact.type === 'digits_pressed' ? [fact.digits] : [],
    );
    assert.equal(digits.join(''), '12#');
  });

  whereItDoes('turns a ringing caller down with the cause it is given', async (outside) => {
    const codes = [];
    for (const cause of ['busy', 'noanswer', 'rejected'] as const) {
      const leg = await taken(bench(), outside, cause);
      await bench().carrier.hangUp(leg, cause);
      await bench().clock.advance(5_000);
      assert.equal(typesOf(bench(), leg.attempt_id).at(-1), 'leg_ended');
      codes.push(outside.heardBy(cause));
    }
    assert.deepEqual(codes, [486, 480, 603]);
  });

  whereItDoes('hangs up on a caller who was answered', async (outside) => {
    const leg = await taken(bench(), outside, 'ann');
    await answer(bench(), leg);
    await bench().carrier.hangUp(leg, 'normal');
    await bench().clock.advance(5_000);
    const last = toldOf(bench(), leg.attempt_id).at(-1)?.fact;
    assert.equal(last?.type === 'leg_ended' && last.ending.cause, 'normal');
  });
}

function legsBrought(bench: Bench): IncomingLeg[] {
  return bench.notices.flatMap((notice) => bench.carrier.interpret(notice).incoming ?? []);
}

function nameOf({ outside }: Bench, { leg_ref }: IncomingLeg): LegAddress['attempt_id'] {
  assert.ok(outside !== undefined);
  return attemptOfLeg(outside.provider_id, leg_ref);
}

/** A call that we took. Its address. */
async function taken(
  bench: Bench,
  outside: Outside,
  name: string,
  visit: Parameters<Outside['call']>[1] = {},
): Promise<LegAddress> {
  await outside.call(name, visit);
  const leg = legsBrought(bench).at(-1);
  assert.ok(leg !== undefined);
  return { attempt_id: nameOf(bench, leg), leg_ref: leg.leg_ref };
}

async function answer(bench: Bench, leg: LegAddress, effect = 'answer'): Promise<void> {
  const effect_id = `${leg.attempt_id}/${effect}` as EffectId;
  await instruct(bench, leg, { effect_id, instruction: { do: 'answer' } });
  await bench.clock.advance(0);
}
