import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTwilio } from '../../emulators/twilio/twilio.ts';
import type { EffectId, LegRef, ProviderId } from '../../kernel/brand.ts';
import { attemptOfLeg } from '../../calls/attempts.ts';
import { NOTICES, openReception, PUBLIC } from '../../tests/conformance/emulated_bench.ts';
import { twilioKind } from './twilio.ts';

const SID = 'AC00000000000000000000000000000001';
const PROVIDER = 'provider-mine' as ProviderId;

async function open() {
  const reception = await openReception();
  const { clock } = reception;
  const emulator = await openTwilio({
    clock,
    port: 0,
    origins: { [PUBLIC]: reception.url },
    accounts: [{ sid: SID, auth_token: 'the token of mine' }],
  });
  reception.watch(emulator);
  const carrier = twilioKind({ clock, timeout_ms: 2_500 }).open({
    provider_id: PROVIDER,
    name: 'mine',
    config: { base_url: emulator.url },
    credentials: { account_sid: SID, auth_token: 'the token of mine' },
    notice_url: `${NOTICES}/${PROVIDER}`,
  });
  reception.connect(PROVIDER, carrier);
  return { reception, emulator, carrier };
}

describe('numbers and incoming calls at Twilio', () => {
  it('buys a number, takes a call to it, answers it, hangs up and gives it back', async () => {
    const { reception, emulator, carrier } = await open();
    const { clock, notices } = reception;
    const { numbers } = carrier;
    assert.ok(numbers !== undefined);
    try {
      const [offer] = await numbers.search('US', 5);
      assert.ok(offer !== undefined && offer.features.includes('voice'));
      assert.equal(await numbers.buy(offer.number), 'bought');
      assert.equal(await numbers.buy(offer.number), 'bought');
      await numbers.configure(offer.number);
      emulator.network.call('+491701234567', offer.number);
      await clock.advance(30_000);
      const read = notices.map((notice) => carrier.interpret(notice));
      const incoming = read.map((each) => each.incoming).filter((each) => each !== undefined);
      assert.deepEqual([incoming[0]?.from, incoming[0]?.to], ['+491701234567', offer.number]);
      assert.equal(incoming.length, 1, 'ringing on is no other call');
      const [line] = emulator.network.records;
      assert.equal(line?.tm_answer, null, 'it rings until we answer');
      const leg_ref = incoming[0]?.leg_ref as LegRef;
      const leg = { attempt_id: attemptOfLeg(PROVIDER, leg_ref), leg_ref };
      const effect_id = 'e1' as EffectId;
      await carrier.instruct({ leg, effect_id, instruction: { do: 'answer' } });
      await clock.advance(5_000);
      await carrier.hangUp(leg);
      await clock.advance(5_000);
      const told = notices.flatMap((notice) => carrier.interpret(notice).told);
      assert.deepEqual(
        told.map(({ attempt_id, fact }) => [attempt_id, fact.type]),
        [
          [leg.attempt_id, 'leg_answered'],
          [leg.attempt_id, 'leg_ended'],
        ],
      );
      emulator.network.call('+491701234567', offer.number);
      await clock.advance(1_000);
      const second = notices.at(-1);
      assert.ok(second !== undefined);
      const turned_away = { reason: 'blocked', sip_code: 486, q850: 17 };
      assert.match(carrier.interpret(second, turned_away).reply.body, /<Reject reason="busy"\/>/);
      await numbers.release(offer.number);
      await numbers.release(offer.number);
      assert.equal(emulator.network.call('+49', offer.number), null);
      assert.deepEqual(emulator.journal.complaints, []);
    } finally {
      await emulator.close();
      await reception.close();
    }
  });
});
