import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CarrierError } from '../../providers/carrier.ts';
import {
  answeredLeg,
  attemptId,
  type Bench,
  dialled,
  ours,
  orderTo,
  toldOf,
  typesOf,
} from './carrier_bench.ts';
import { describeIncoming } from './carrier_incoming.ts';
import { describeMedia } from './carrier_media.ts';
import { describeSound } from './carrier_sound.ts';
import { describeNotices } from './carrier_notices.ts';
import { describeNumbers } from './carrier_numbers.ts';

/**
 * What every carrier must do. A carrier joins the product when this passes; which of the media
 * cases run follows from its own capabilities.
 */
export function describeCarrier(name: string, makeBench: () => Bench | Promise<Bench>): void {
  describe(`${name} is a carrier`, () => {
    let made: Bench;
    beforeEach(async () => {
      made = await makeBench();
    });
    afterEach(() => made.close());
    const bench = () => made;
    describe('that dials', () => describeDialling(bench));
    describe('that can be asked', () => describeFinding(bench));
    describe('that tells', () => describeTelling(bench));
    describe('that hangs up', () => describeHangingUp(bench));
    describe('that brings calls', () => describeIncoming(bench));
    describe('that has numbers', () => describeNumbers(bench));
    describe('whose notices', () => describeNotices(bench));
    describe('whose media', () => describeMedia(bench));
    describe('whose sound', () => describeSound(bench));
  });
}

function describeDialling(bench: () => Bench): void {
  it('accepts, names the leg, and places it once', async () => {
    const outcome = await dialled(bench(), orderTo(bench().numbers.answers));
    assert.equal(outcome.outcome, 'accepted');
    assert.equal(bench().legsPlaced(attemptId('one')), 1);
  });

  it('places one leg per attempt, however often it is asked', async () => {
    const order = orderTo(bench().numbers.answers);
    const first = await dialled(bench(), order);
    assert.deepEqual(await dialled(bench(), order), first);
    const both = [bench().carrier.dial(order), bench().carrier.dial(order)];
    await bench().clock.advance(10_000);
    assert.deepEqual(await Promise.all(both), [first, first]);
    assert.equal(bench().legsPlaced(order.attempt_id), 1);
    assert.deepEqual(typesOf(bench()), ['leg_ringing', 'leg_answered']);
  });

  it('places one leg when two requests for an attempt cross', async () => {
    const order = orderTo(bench().numbers.answers);
    const both = [bench().carrier.dial(order), bench().carrier.dial(order)];
    await bench().clock.advance(15_000);
    for (const outcome of await Promise.all(both)) assert.equal(outcome.outcome, 'accepted');
    assert.equal(bench().legsPlaced(order.attempt_id), 1);
  });

  it('says rejected when, and only when, there certainly is no leg', async () => {
    const order = bench().misbehaving(orderTo(bench().numbers.answers), 'refused');
    const outcome = await dialled(bench(), order);
    assert.equal(outcome.outcome, 'rejected');
    assert.equal(outcome.outcome === 'rejected' && outcome.ending.cause, 'failed');
    assert.equal(bench().legsPlaced(order.attempt_id), 0);
    assert.deepEqual(toldOf(bench()), []);
  });

  it('says unknown when the answer was lost, and then finds the one leg', async () => {
    const order = bench().misbehaving(orderTo(bench().numbers.answers), 'answer_lost');
    const outcome = await dialled(bench(), order);
    assert.equal(outcome.outcome, 'unknown');
    assert.notEqual((await bench().carrier.find(ours(order.attempt_id))).state, 'absent');
    await dialled(bench(), order);
    assert.equal(bench().legsPlaced(order.attempt_id), 1);
  });

  for (const fault of ['request_lost', 'server_error'] as const)
    it(`says unknown or rejected, and finds nothing, after: ${fault}`, async () => {
      const order = bench().misbehaving(orderTo(bench().numbers.answers), fault);
      const { outcome } = await dialled(bench(), order);
      assert.notEqual(outcome, 'accepted');
      assert.equal(bench().legsPlaced(order.attempt_id), 0);
      const { absence_certain_ms } = bench().kind.capabilities;
      if (absence_certain_ms === null) return;
      await bench().clock.advance(absence_certain_ms);
      assert.deepEqual(await bench().carrier.find(ours(order.attempt_id)), { state: 'absent' });
    });
}

function describeFinding(bench: () => Bench): void {
  it('knows nothing of an attempt that was never dialled', async () => {
    assert.deepEqual(await bench().carrier.find(ours(attemptId('never'))), { state: 'absent' });
  });

  it('sees a leg ring, answered and ended', async () => {
    const order = orderTo(bench().numbers.rings_for_ever);
    await dialled(bench(), order);
    assert.equal((await bench().carrier.find(ours(order.attempt_id))).state, 'ringing');
    const leg = await answeredLeg(bench(), 'two');
    assert.equal((await bench().carrier.find(leg)).state, 'answered');
    await bench().clock.advance(30_000);
    await bench().carrier.hangUp(leg);
    const state = await bench().carrier.find(leg);
    assert.equal(state.state, 'ended');
    assert.ok(state.state === 'ended' && state.answered && state.talk_ms >= 30_000);
    assert.equal(state.leg_ref, leg.leg_ref);
  });

  it('finds the same ending that it told', async () => {
    for (const { to, found } of bench().numbers.dead_ends) {
      const order = orderTo(to, to);
      await dialled(bench(), order);
      const told = toldOf(bench(), order.attempt_id).at(-1)?.fact;
      const state = await bench().carrier.find(ours(order.attempt_id));
      assert.ok(told?.type === 'leg_ended' && state.state === 'ended');
      if (found === undefined) assert.deepEqual(state.ending, told.ending);
      else assert.equal(state.ending.cause, found, to);
      assert.deepEqual([state.answered, state.talk_ms], [false, 0]);
    }
  });

  it('shows no leg to another account', async () => {
    const leg = await answeredLeg(bench());
    assert.deepEqual(await bench().stranger.find(leg), { state: 'absent' });
  });
}

function describeTelling(bench: () => Bench): void {
  it('tells ringing before the answer, each once', async () => {
    await answeredLeg(bench());
    const types = toldOf(bench()).map(({ fact }) => fact.type);
    assert.deepEqual(types, ['leg_ringing', 'leg_answered']);
  });

  it('tells every dead end in our words', async () => {
    assert.ok(bench().numbers.dead_ends.length > 0);
    for (const { to, cause } of bench().numbers.dead_ends) {
      const order = orderTo(to, to);
      await dialled(bench(), order);
      const last = toldOf(bench(), order.attempt_id).at(-1)?.fact;
      assert.ok(last?.type === 'leg_ended', `${to} ended`);
      assert.equal(last.ending.cause, cause, to);
    }
  });

  it('stops ringing at our dial timeout, and says it was ours', async () => {
    await dialled(bench(), { ...orderTo(bench().numbers.rings_for_ever), dial_timeout_ms: 20_000 });
    await bench().clock.advance(30_000);
    const last = toldOf(bench()).at(-1)?.fact;
    assert.equal(last?.type === 'leg_ended' && last.ending.cause, 'dialout');
  });

  it('stops the talk at our limit, and says it was ours', async () => {
    await dialled(bench(), { ...orderTo(bench().numbers.answers), talk_ms_max: 60_000 });
    await bench().clock.advance(90_000);
    const last = toldOf(bench()).at(-1)?.fact;
    assert.equal(last?.type === 'leg_ended' && last.ending.cause, 'timeout');
    const state = await bench().carrier.find(ours(attemptId('one')));
    assert.ok(state.state === 'ended' && state.talk_ms <= 90_000);
  });

  it('tells that the called side hung up', async () => {
    await dialled(bench(), orderTo(bench().numbers.hangs_up));
    await bench().clock.advance(60_000);
    assert.deepEqual(typesOf(bench()), ['leg_ringing', 'leg_answered', 'leg_ended']);
    const last = toldOf(bench()).at(-1)?.fact;
    assert.equal(last?.type === 'leg_ended' && last.ending.cause, 'normal');
  });

  it('tells again, under the same keys, what we could not take', async () => {
    bench().refuseNotices(2);
    await answeredLeg(bench());
    const keys = toldOf(bench()).map(({ key }) => key);
    assert.ok(keys.length > 2, 'something was told again');
    assert.equal(new Set(keys).size, 2);
    assert.deepEqual(typesOf(bench()).toSorted(), ['leg_answered', 'leg_ringing']);
  });
}

function describeHangingUp(bench: () => Bench): void {
  it('ends an answered leg once, and forgives being asked again', async () => {
    const leg = await answeredLeg(bench());
    await bench().carrier.hangUp(leg);
    await bench().carrier.hangUp(leg);
    await bench().clock.advance(5_000);
    await bench().carrier.hangUp(leg);
    const ends = toldOf(bench()).filter(({ fact }) => fact.type === 'leg_ended');
    assert.equal(new Set(ends.map(({ key }) => key)).size, 1);
    const [end] = ends;
    assert.equal(end?.fact.type === 'leg_ended' && end.fact.ending.cause, 'normal');
  });

  it('cancels a leg that rings, and never answers it afterwards', async () => {
    const order = orderTo(bench().numbers.answers);
    const answer = bench().carrier.dial(order);
    await bench().clock.advance(1_000);
    const leg_ref = null;
    await bench().carrier.hangUp({ attempt_id: order.attempt_id, leg_ref });
    await answer;
    await bench().clock.advance(60_000);
    const types = typesOf(bench());
    assert.equal(types.at(-1), 'leg_ended');
    assert.ok(!types.includes('leg_answered'));
    const last = toldOf(bench()).at(-1)?.fact;
    assert.equal(last?.type === 'leg_ended' && last.ending.cause, 'cancel');
  });

  it('forgives hanging up what never was, or ended by itself', async () => {
    await bench().carrier.hangUp({ attempt_id: attemptId('never'), leg_ref: null });
    const [dead] = bench().numbers.dead_ends;
    assert.ok(dead !== undefined);
    await dialled(bench(), orderTo(dead.to));
    const before = toldOf(bench());
    await bench().carrier.hangUp({ attempt_id: attemptId('one'), leg_ref: null });
    await bench().clock.advance(5_000);
    assert.deepEqual(toldOf(bench()), before);
  });

  it('lets nobody hang up the leg of another account', async () => {
    const leg = await answeredLeg(bench());
    try {
      await bench().stranger.hangUp(leg);
    } catch (error) {
      assert.ok(error instanceof CarrierError);
    }
    assert.equal((await bench().carrier.find(leg)).state, 'answered');
  });
}
