import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SandboxFault, SandboxScript } from '../../calls/call.ts';
import {
  answeredLeg,
  attemptId,
  dialled,
  instruct,
  ours,
  orderTo,
  toldOf,
  typesOf,
} from '../../tests/conformance/carrier_bench.ts';
import {
  type SandboxBench,
  sandboxBench,
  scripted,
} from '../../tests/conformance/sandbox_bench.ts';

const ANSWERS = '+15005550006';
const ONE = attemptId('one');
const LEG = { attempt_id: ONE, leg_ref: null };
const WHOLE = ['leg_ringing', 'leg_answered', 'leg_ended'];

let bench: SandboxBench;
beforeEach(() => {
  bench = sandboxBench();
});
afterEach(() => bench.close());

function dialScripted(sandbox: SandboxScript) {
  return dialled(bench, scripted(orderTo(ANSWERS), sandbox));
}

describe('the sandbox network, killed and started again', () => {
  it('goes on ringing, answers, and ends', async () => {
    void bench.carrier.dial(scripted(orderTo(ANSWERS), { talk_ms: 9_000 }));
    await bench.clock.advance(1_000);
    assert.deepEqual(typesOf(bench), ['leg_ringing']);
    bench.restart();
    await bench.clock.advance(20_000);
    assert.deepEqual(typesOf(bench), WHOLE);
    assert.equal(bench.log.rows.get(ONE)?.next_at, null);
  });

  it('tells again, under the same keys, what it had not yet written down', async () => {
    void bench.carrier.dial(orderTo(ANSWERS));
    await bench.clock.advance(150);
    bench.restart();
    await bench.clock.advance(20_000);
    const keys = toldOf(bench).map(({ key }) => key);
    assert.deepEqual(keys, ['ringing', 'ringing', 'answered']);
    const [first, second] = bench.notices;
    assert.equal(first?.body, second?.body);
  });

  it('does not ring again a leg that it was told to hang up', async () => {
    await answeredLeg(bench);
    await bench.carrier.hangUp(LEG);
    bench.restart();
    await bench.clock.advance(700_000);
    assert.deepEqual(typesOf(bench), WHOLE);
    assert.equal(bench.network().size, 0);
  });

  it('finishes what it was saying', async () => {
    const leg = await answeredLeg(bench);
    await instruct(bench, leg, { effect_id: 'effect-1', instruction: { do: 'beep' } });
    bench.restart();
    await bench.clock.advance(10_000);
    assert.equal(toldOf(bench).at(-1)?.fact.type, 'media_finished');
  });

  it('remembers who is in a room', async () => {
    const leg = await answeredLeg(bench);
    const join = { do: 'join', room_id: 'room' as never } as const;
    await instruct(bench, leg, { effect_id: 'effect-1', instruction: join });
    bench.restart();
    await instruct(bench, leg, { effect_id: 'effect-2', instruction: { do: 'beep' } });
    assert.deepEqual(bench.membersOf('room'), [leg.leg_ref]);
  });

  it('tells an end again that nobody had heard of, and only then writes it down', async () => {
    void bench.carrier.dial(scripted(orderTo(ANSWERS), { fault: 'delay_notices' }));
    await bench.clock.advance(60_000);
    const asked = bench.carrier.hangUp(LEG);
    await bench.clock.advance(1_000);
    await asked;
    assert.equal(bench.log.rows.get(ONE)?.tm_end, null);
    assert.equal((await bench.carrier.find(ours(ONE))).state, 'ended');
    bench.restart();
    await bench.clock.advance(20_000);
    assert.deepEqual(typesOf(bench), WHOLE);
    const row = bench.log.rows.get(ONE);
    assert.deepEqual([row?.next_at, row?.final_code], [null, 200]);
  });

  it('is not kept from its end by earlier word that was never taken', async () => {
    void bench.carrier.dial(scripted(orderTo(ANSWERS), { answer_ms: 200, talk_ms: 100 }));
    await bench.clock.advance(50);
    bench.refuseNotices(1);
    await bench.clock.advance(700);
    bench.restart();
    await bench.clock.advance(20_000);
    assert.equal((await bench.carrier.find(ours(ONE))).state, 'ended');
    assert.equal(bench.network().size, 0);
  });

  it('can be asked to hang up a leg of its earlier life', async () => {
    const leg = await answeredLeg(bench);
    bench.restart();
    await bench.carrier.hangUp(leg);
    await bench.clock.advance(1_000);
    assert.deepEqual(typesOf(bench), WHOLE);
    assert.equal((await bench.carrier.find(ours(ONE))).state, 'ended');
  });

  it('leaves alone the legs that another node plays', async () => {
    await answeredLeg(bench);
    const before = bench.notices.length;
    await bench.clock.advance(60_000);
    assert.equal(bench.notices.length, before);
  });
});

describe('the sandbox network at the edges', () => {
  it('ends a leg on which something else is due this very moment', async () => {
    const order = scripted(orderTo(ANSWERS), { ring_ms: 0, answer_ms: 0 });
    await bench.carrier.dial(order);
    await bench.carrier.hangUp(LEG);
    assert.equal((await bench.carrier.find(ours(ONE))).state, 'ended');
    await bench.clock.advance(10_000);
    assert.deepEqual(typesOf(bench), ['leg_ended']);
  });

  it('says that a recording cannot be fetched', async () => {
    const leg = await answeredLeg(bench);
    const play = { do: 'play', urls: ['file:///etc/passwd'] } as const;
    await instruct(bench, leg, { effect_id: 'effect-1', instruction: play });
    await bench.clock.advance(100);
    assert.equal(toldOf(bench).at(-1)?.fact.type, 'media_failed');
  });

  it('takes no orders for a leg that does not ring yet', async () => {
    void bench.carrier.dial(orderTo(ANSWERS));
    await bench.clock.settle();
    const order = { effect_id: 'effect-1', instruction: { do: 'beep' } } as const;
    await assert.rejects(instruct(bench, LEG, order), { name: 'CarrierError', retry: 'later' });
  });

  it('gives up on a notice after one more try', async () => {
    bench.refuseNotices(1_000);
    await answeredLeg(bench);
    assert.deepEqual(
      toldOf(bench).map(({ key }) => key),
      ['ringing', 'ringing', 'answered', 'answered'],
    );
    assert.equal((await bench.carrier.find(ours(ONE))).state, 'answered');
  });

  it('keeps what the carrier said beside our word for a drop in mid-call', async () => {
    await dialled(bench, orderTo('+12125550154'));
    const last = toldOf(bench).at(-1)?.fact;
    assert.ok(last?.type === 'leg_ended');
    assert.deepEqual([last.ending.cause, last.ending.q850], ['normal', 41]);
  });

  it('speaks faster when it is told to', async () => {
    bench = sandboxBench({ media_speed: 10 });
    const leg = await answeredLeg(bench);
    const say = { do: 'say', text: 'x'.repeat(100), language: 'en', gender: '' } as const;
    await instruct(bench, leg, { effect_id: 'effect-1', instruction: say });
    await bench.clock.advance(599);
    assert.equal(toldOf(bench).length, 2);
    await bench.clock.advance(1);
    assert.equal(toldOf(bench).length, 3);
  });
});

describe('a sandbox fault', () => {
  const dials: [SandboxFault, string, string][] = [
    ['reject_429', 'rejected', 'refused_429'],
    ['reject_500', 'unknown', 'refused_500'],
    ['timeout', 'unknown', 'unheard'],
    ['accept_then_timeout', 'unknown', 'accepted_unheard'],
    ['slow', 'accepted', 'accepted_late'],
  ];
  for (const [fault, outcome, logged] of dials)
    it(`${fault}: the dialler hears ${outcome}, the log says ${logged}`, async () => {
      assert.equal((await dialScripted({ fault })).outcome, outcome);
      assert.equal(bench.log.rows.get(ONE)?.outcome, logged);
      const placed = logged.startsWith('accepted');
      assert.deepEqual(typesOf(bench), placed ? ['leg_ringing', 'leg_answered'] : []);
      await dialScripted({ fault });
      assert.equal(bench.log.rows.get(ONE)?.dial_count, 2);
    });

  it('reject_429 says when to come again', async () => {
    const outcome = await dialScripted({ fault: 'reject_429' });
    assert.equal(outcome.outcome === 'rejected' && outcome.retry_after_ms, 1_000);
  });

  it('slow and accept_then_timeout ring before the dialler hears anything', async () => {
    for (const fault of ['slow', 'accept_then_timeout'] as const) {
      let heard = false;
      const order = scripted(orderTo(ANSWERS, fault), { fault });
      void bench.carrier.dial(order).then(() => (heard = true));
      await bench.clock.advance(1_000);
      assert.deepEqual([heard, typesOf(bench, order.attempt_id)], [false, ['leg_ringing']]);
      await bench.clock.advance(2_000);
      assert.equal(heard, true);
    }
  });

  const tellings: [SandboxFault, string][] = [
    ['duplicate_notices', 'ringing ringing ringing answered answered answered ended ended ended'],
    ['reorder_notices', 'answered ringing ended'],
    ['lose_notices', ''],
    ['lose_final_notice', 'ringing answered'],
    ['forge_notices', 'ringing answered ended'],
  ];
  for (const [fault, keys] of tellings)
    it(`${fault}: ${keys === '' ? 'nothing is heard' : keys}`, async () => {
      await dialScripted({ fault, talk_ms: 3_000 });
      assert.equal(
        toldOf(bench)
          .map(({ key }) => key)
          .join(' '),
        keys,
      );
      assert.equal((await bench.carrier.find(ours(ONE))).state, 'ended');
      assert.equal(bench.refused.length, fault === 'forge_notices' ? 3 : 0);
    });

  it('delay_notices: everything is heard five seconds late', async () => {
    void bench.carrier.dial(scripted(orderTo(ANSWERS), { fault: 'delay_notices' }));
    await bench.clock.advance(5_099);
    assert.deepEqual(typesOf(bench), []);
    await bench.clock.advance(1);
    assert.deepEqual(typesOf(bench), ['leg_ringing']);
  });
});
