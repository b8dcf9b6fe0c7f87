import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attemptOfLeg } from '../../calls/attempts.ts';
import type { EffectId, ProviderId } from '../../kernel/brand.ts';
import {
  attemptId,
  instruct,
  orderTo,
  toldOf,
  typesOf,
} from '../../tests/conformance/carrier_bench.ts';
import {
  type SandboxBench,
  sandboxBench,
  scripted,
} from '../../tests/conformance/sandbox_bench.ts';
import type { LegAddress } from '../carrier.ts';

const NUMBER = '+12125550107';
const NEAR: LegAddress = { attempt_id: attemptId('one'), leg_ref: null };
const FAR: LegAddress = {
  attempt_id: attemptOfLeg('provider-mine' as ProviderId, `sbx-in-${attemptId('one')}`),
  leg_ref: null,
};
const ANSWER = { effect_id: 'answer' as EffectId, instruction: { do: 'answer' } } as const;

/** The number is in service, and somebody here dials it. */
async function dialled(config = {}): Promise<SandboxBench> {
  const bench = sandboxBench(config);
  await bench.carrier.numbers?.buy(NUMBER);
  await bench.carrier.dial(orderTo(NUMBER));
  await bench.clock.advance(1_000);
  return bench;
}

const near = (bench: SandboxBench): string => typesOf(bench, NEAR.attempt_id).join(' ');
const far = (bench: SandboxBench): string => typesOf(bench, FAR.attempt_id).join(' ');

function lastEnding(bench: SandboxBench, leg: LegAddress): string {
  const last = toldOf(bench, leg.attempt_id).at(-1)?.fact;
  return last?.type === 'leg_ended' ? last.ending.cause : 'none';
}

describe('a call that stays on the network', () => {
  it('comes in at the number it was placed to, from who placed it', async () => {
    const bench = await dialled();
    const [incoming] = bench.notices.flatMap(
      (each) => bench.carrier.interpret(each).incoming ?? [],
    );
    assert.deepEqual([incoming?.from, incoming?.to], ['+12125550142', NUMBER]);
    assert.deepEqual([incoming?.verstat, incoming?.attestation], ['passed', 'A']);
    assert.deepEqual([near(bench), far(bench)], ['leg_ringing', 'leg_ringing']);
  });

  it('is answered where it is answered, and ends at both ends', async () => {
    const bench = await dialled();
    await instruct(bench, FAR, ANSWER);
    await bench.clock.advance(5_000);
    const talking = 'leg_ringing leg_answered';
    assert.deepEqual([near(bench), far(bench)], [talking, talking]);
    await bench.carrier.hangUp(FAR, 'normal');
    await bench.clock.advance(1_000);
    const over = `${talking} leg_ended`;
    assert.deepEqual([near(bench), far(bench)], [over, over]);
    assert.equal(lastEnding(bench, NEAR), 'normal');
  });

  it('ends at the number when who placed it hangs up', async () => {
    const bench = await dialled();
    await instruct(bench, FAR, ANSWER);
    await bench.clock.advance(5_000);
    await bench.carrier.hangUp(NEAR);
    await bench.clock.advance(1_000);
    assert.equal(lastEnding(bench, FAR), 'normal');
  });

  it('is given up by who placed it before it was answered', async () => {
    const bench = await dialled();
    await bench.carrier.hangUp(NEAR);
    await bench.clock.advance(1_000);
    assert.deepEqual([lastEnding(bench, NEAR), lastEnding(bench, FAR)], ['cancel', 'cancel']);
  });

  for (const [cause, heard] of [
    ['busy', 'busy'],
    ['noanswer', 'noanswer'],
    ['rejected', 'rejected'],
  ] as const)
    it(`is ${heard} where the number says ${cause}`, async () => {
      const bench = await dialled();
      await bench.carrier.hangUp(FAR, cause);
      await bench.clock.advance(1_000);
      assert.equal(lastEnding(bench, NEAR), heard);
    });

  it('fails where it is turned away', async () => {
    const bench = sandboxBench();
    await bench.carrier.numbers?.buy(NUMBER);
    bench.outside?.answer({ reason: 'loop_detected', sip_code: 482, q850: 25 });
    await bench.carrier.dial(orderTo(NUMBER));
    await bench.clock.advance(1_000);
    const last = toldOf(bench).at(-1)?.fact;
    assert.ok(last?.type === 'leg_ended');
    assert.deepEqual([last.ending.cause, last.ending.sip_code], ['failed', 482]);
  });

  it('rings no longer than who placed it wants', async () => {
    const bench = await dialled();
    await bench.clock.advance(60_000);
    assert.equal(lastEnding(bench, NEAR), 'dialout');
    assert.equal(lastEnding(bench, FAR), 'cancel');
  });

  it('carries keys from one end to the other', async () => {
    const bench = await dialled();
    await instruct(bench, FAR, ANSWER);
    await bench.clock.advance(1_000);
    const keys = { do: 'send_digits', digits: '42', duration_ms: 100, interval_ms: 0 } as const;
    await instruct(bench, NEAR, { effect_id: 'keys', instruction: keys });
    await bench.clock.advance(1_000);
    const heard = toldOf(bench, FAR.attempt_id).flatMap(({ fact }) =>
      fact.type === 'digits_pressed' ? [fact.digits] : [],
    );
    assert.deepEqual(heard, ['4', '2']);
  });

  it('goes on after the network was killed', async () => {
    const bench = await dialled();
    bench.restart();
    await bench.clock.advance(1_000);
    await instruct(bench, FAR, ANSWER);
    await bench.clock.advance(1_000);
    bench.restart();
    await bench.clock.advance(1_000);
    await bench.carrier.hangUp(FAR);
    await bench.clock.advance(5_000);
    assert.match(near(bench), /leg_answered leg_ended$/);
  });

  it('is known to be answered by a node that did not answer it', async () => {
    const bench = await dialled();
    const first = bench.network();
    // Another node, over the same log: the first one still believes that it rings.
    const { openNetwork } = await import('./network.ts');
    const { sandboxKind } = await import('./sandbox.ts');
    const { accountOf } = await import('../../tests/conformance/sandbox_bench.ts');
    const other = openNetwork({
      log: bench.log,
      clock: bench.clock,
      deliver: async () => ({ status: 200, body: '' }),
      report: (error) => bench.reported.push(error),
      studio: { fetch: async () => ({ ok: false, detail: '' }) } as never,
    });
    const carrier = sandboxKind(other, bench.clock).open(accountOf('mine'));
    await carrier.instruct({ leg: FAR, ...ANSWER });
    await bench.clock.advance(120_000);
    assert.notEqual(first.size, 0);
    assert.equal((await carrier.find(FAR)).state, 'answered');
    assert.equal((await carrier.find(NEAR)).state, 'answered');
    assert.equal((await bench.carrier.find(NEAR)).state, 'answered');
  });

  it('is none where a script says what becomes of the dial, or nobody has the number', async () => {
    const bench = sandboxBench();
    await bench.carrier.numbers?.buy(NUMBER);
    await bench.carrier.dial(scripted(orderTo(NUMBER), { answer_ms: 500 }));
    await bench.carrier.dial(orderTo('+12125550108', 'two'));
    await bench.clock.advance(10_000);
    assert.equal(near(bench), 'leg_ringing leg_answered');
    assert.equal(typesOf(bench, attemptId('two')).join(' '), 'leg_ringing leg_answered');
    assert.equal(far(bench), '');
  });
});
