import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId } from '../../kernel/brand.ts';
import { BUSY, idOf, NOBODY, openStage, PHONE } from './group_stage.ts';
import {
  CONNECT,
  hand,
  hangUp,
  living,
  made,
  now,
  standsAt,
  talking,
  whoseIs,
} from './transfer_stage.ts';

describe('a blind transfer', () => {
  it(
    'by the one who was called leaves the caller with the transferee',
    talking(async (talk) => {
      const transfer = made(await hand(talk, talk.callee, { type: 'blind' }));
      await talk.stage.pass(1);
      assert.equal(await living(talk), 'caller other');
      assert.equal((await talk.stage.leg(talk.callee)).call.status, 'hangup');
      await talk.stage.pass(4);
      const { status, transferee_call_id: other } = await now(talk, transfer);
      assert.equal(status, 'bridged');
      const leg = await talk.stage.leg(other as CallId);
      assert.deepEqual(whoseIs(leg), [talk.caller, []]);
      assert.deepEqual(whoseIs(await talk.stage.leg(talk.caller)), [null, [other]]);
      assert.equal(leg.call.room_id, (await talk.stage.leg(talk.callee)).call.room_id);
      assert.equal(await standsAt(talk), 'c');
      await hangUp(talk, other);
      assert.equal(await standsAt(talk), 'after');
      assert.equal((await now(talk, transfer)).status, 'ended');
    }),
  );

  it(
    'by the caller leaves the one who was called with the transferee, until one hangs up',
    talking(async (talk) => {
      const transfer = made(await hand(talk, talk.caller, { type: 'blind' }));
      await talk.stage.pass(5);
      const { transferee_call_id: other } = await now(talk, transfer);
      assert.equal(await living(talk), 'callee other');
      assert.deepEqual(whoseIs(await talk.stage.leg(talk.callee)), [null, [other]]);
      await hangUp(talk, other);
      await talk.stage.pass(2);
      assert.equal(await living(talk), '');
    }),
  );

  it(
    'ends with who was left, and the transferee with it',
    talking(async (talk) => {
      await hand(talk, talk.caller, { type: 'blind' });
      await talk.stage.pass(5);
      await hangUp(talk, talk.callee);
      await talk.stage.pass(2);
      assert.equal(await living(talk), '');
    }),
  );

  for (const who of ['caller', 'callee'] as const)
    it(
      `by the ${who} hangs the other up with the reason when nobody can be reached`,
      talking(async (talk) => {
        const transfer = made(await hand(talk, talk[who], { type: 'blind', to: [BUSY] }));
        await talk.stage.pass(5);
        assert.equal(await living(talk), '');
        const left = who === 'caller' ? talk.callee : talk.caller;
        const { call } = await talk.stage.leg(left);
        assert.equal(call.status === 'hangup' ? call.hangup_reason : '', 'busy');
        const { status, reason } = await now(talk, transfer);
        assert.deepEqual([status, reason], ['ended', 'busy']);
      }),
    );

  it(
    'ends when the one who waits hangs up',
    talking(async (talk) => {
      await hand(talk, talk.callee, { type: 'blind', to: [NOBODY] });
      await talk.stage.pass(3);
      assert.equal(await living(talk), 'caller other');
      await hangUp(talk, talk.caller);
      await talk.stage.pass(3);
      assert.equal(await living(talk), '');
    }),
  );

  it(
    'takes the first of several to answer',
    talking(async (talk) => {
      const to = [NOBODY, PHONE, BUSY];
      const transfer = made(await hand(talk, talk.callee, { type: 'blind', to }));
      await talk.stage.pass(8);
      assert.equal(await living(talk), 'caller other');
      assert.equal((await now(talk, transfer)).status, 'bridged');
    }),
  );

  it(
    'may be followed by another',
    talking(async (talk) => {
      const first = made(await hand(talk, talk.caller, { type: 'blind' }));
      await talk.stage.pass(5);
      const { transferee_call_id } = await now(talk, first);
      const second = made(await hand(talk, transferee_call_id as CallId, { type: 'blind' }));
      await talk.stage.pass(6);
      assert.equal(await living(talk), 'callee other');
      assert.equal((await now(talk, first)).status, 'ended');
      const { status, transferee_call_id: last } = await now(talk, second);
      assert.equal(status, 'bridged');
      await hangUp(talk, last);
      await talk.stage.pass(2);
      assert.equal(await living(talk), '');
    }),
  );
});

describe('a transfer', () => {
  it(
    'is refused where there is no talk with exactly one other',
    talking(async (talk) => {
      const { stage, callee } = talk;
      const alone = await stage.call([{ type: 'sleep', option: { duration: 600_000 } }]);
      await stage.pass(2);
      const refused = async (id: CallId): Promise<string> => {
        const transfer = await hand(talk, id, { type: 'blind' });
        return 'code' in transfer ? transfer.code : 'begun';
      };
      assert.equal(await refused(alone), 'transfer_impossible');
      await hand(talk, callee, { type: 'attended' });
      await stage.pass(1);
      assert.equal(await refused(callee), 'transfer_impossible', 'it is under way');
      await hangUp(talk, callee);
      assert.equal(await refused(callee), 'transfer_impossible', 'it is over');
    }),
  );

  it(
    'asked for twice in one moment happens once',
    talking(async (talk) => {
      const both = await Promise.all([
        hand(talk, talk.callee, { type: 'blind' }),
        hand(talk, talk.callee, { type: 'blind' }),
      ]);
      await talk.stage.pass(6);
      assert.equal(await living(talk), 'caller other');
      const statuses = await Promise.all(both.map((each) => now(talk, made(each))));
      assert.deepEqual(statuses.map(({ status }) => status).toSorted(), ['bridged', 'ended']);
    }),
  );

  it('of a caller in a queue frees the agent, and the caller goes on after it', async () => {
    const stage = await openStage();
    await stage.queue('support');
    await stage.agent('ann', [PHONE]);
    const join = { id: 'c', type: 'queue_join', option: { queue_id: idOf('support') } };
    const caller = await stage.call([join, ...CONNECT.slice(1)]);
    await stage.pass(6);
    const [own] = await stage.queuecalls();
    const talk = { stage, caller, callee: own?.service_call_id as CallId };
    const transfer = made(await hand(talk, talk.callee, { type: 'blind' }));
    await stage.pass(5);
    assert.equal(await living(talk), 'caller other');
    assert.equal((await stage.queuecalls())[0]?.status, 'done');
    assert.equal((await stage.group('agent', idOf('ann'))).status, 'available');
    assert.equal(await standsAt(talk), 'c');
    await hangUp(talk, (await now(talk, transfer)).transferee_call_id);
    assert.equal(await standsAt(talk), 'after');
    await stage.close();
  });
});
