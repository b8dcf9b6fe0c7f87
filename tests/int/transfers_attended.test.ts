import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId } from '../../kernel/brand.ts';
import { BUSY } from './group_stage.ts';
import {
  hand,
  hangUp,
  living,
  made,
  now,
  standsAt,
  type Talk,
  talking,
  whoseIs,
} from './transfer_stage.ts';

describe('an attended transfer', () => {
  const held = async ({ stage }: Talk, id: CallId): Promise<boolean> =>
    (await stage.leg(id)).call.media.line.hold;

  it(
    'lets the two talk first, and connects the others when the transferer hangs up',
    talking(async (talk) => {
      const transfer = made(await hand(talk, talk.callee, { type: 'attended' }));
      await talk.stage.pass(1);
      assert.equal(await held(talk, talk.caller), true);
      await talk.stage.pass(4);
      assert.equal((await now(talk, transfer)).status, 'consulting');
      assert.equal(await living(talk), 'callee caller other');
      await hangUp(talk, talk.callee);
      const { status, transferee_call_id: other } = await now(talk, transfer);
      assert.equal(status, 'bridged');
      assert.equal(await held(talk, talk.caller), false);
      assert.deepEqual(whoseIs(await talk.stage.leg(other as CallId)), [talk.caller, []]);
      assert.equal(await standsAt(talk), 'c');
      await hangUp(talk, other);
      assert.equal(await standsAt(talk), 'after');
    }),
  );

  it(
    'by the caller connects the one who was called with the transferee',
    talking(async (talk) => {
      const transfer = made(await hand(talk, talk.caller, { type: 'attended' }));
      await talk.stage.pass(5);
      assert.equal(await held(talk, talk.callee), true);
      await hangUp(talk, talk.caller);
      assert.equal(await living(talk), 'callee other');
      assert.equal(await held(talk, talk.callee), false);
      assert.equal((await now(talk, transfer)).status, 'bridged');
      await hangUp(talk, talk.callee);
      await talk.stage.pass(2);
      assert.equal(await living(talk), '');
    }),
  );

  for (const who of ['caller', 'callee'] as const)
    it(
      `by the ${who} is undone when the transferee refuses`,
      talking(async (talk) => {
        const transfer = made(await hand(talk, talk[who], { type: 'attended', to: [BUSY] }));
        await talk.stage.pass(5);
        assert.equal(await living(talk), 'callee caller');
        assert.equal((await now(talk, transfer)).status, 'returned');
        const { caller, callee } = talk;
        assert.deepEqual([await held(talk, caller), await held(talk, callee)], [false, false]);
        assert.deepEqual(whoseIs(await talk.stage.leg(callee)), [caller, []]);
        assert.deepEqual(whoseIs(await talk.stage.leg(caller)), [null, [callee]]);
        await hangUp(talk, callee);
        assert.equal(await standsAt(talk), 'after');
        assert.equal(await living(talk), 'caller');
      }),
    );

  it(
    'that was undone is ended with its caller',
    talking(async (talk) => {
      await hand(talk, talk.callee, { type: 'attended', to: [BUSY] });
      await talk.stage.pass(5);
      await hangUp(talk, talk.caller);
      await talk.stage.pass(2);
      assert.equal(await living(talk), '');
    }),
  );

  it(
    'is undone when the transferee hangs up while the peer waits',
    talking(async (talk) => {
      const transfer = made(await hand(talk, talk.callee, { type: 'attended' }));
      await talk.stage.pass(5);
      await hangUp(talk, (await now(talk, transfer)).transferee_call_id);
      assert.equal(await living(talk), 'callee caller');
      assert.equal((await now(talk, transfer)).status, 'returned');
    }),
  );

  it(
    'goes on without the transferer who hangs up early',
    talking(async (talk) => {
      const transfer = made(await hand(talk, talk.callee, { type: 'attended' }));
      await talk.stage.pass(1);
      await hangUp(talk, talk.callee);
      await talk.stage.pass(5);
      assert.equal(await living(talk), 'caller other');
      assert.equal((await now(talk, transfer)).status, 'bridged');
      assert.equal(await held(talk, talk.caller), false);
    }),
  );

  it(
    'leaves transferer and transferee together when the peer hangs up',
    talking(async (talk) => {
      await hand(talk, talk.callee, { type: 'attended' });
      await talk.stage.pass(5);
      await hangUp(talk, talk.caller);
      await talk.stage.pass(2);
      assert.equal(await living(talk), 'callee other');
      await hangUp(talk, talk.callee);
      await talk.stage.pass(2);
      assert.equal(await living(talk), '');
    }),
  );
});
