import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Vonage } from '@vonage/server-sdk';
import { PUBLIC } from './application.ts';
import { CarrierContract } from './contract.ts';
import { openProxy, type RecordingProxy } from './recording_proxy.ts';
import { clientOf, MINE, openStage, OTHER_APP, type VonageStage } from './vonage_stage.ts';

const TO = '12125550100';

type Order = Parameters<Vonage['voice']['createOutboundCall']>[0];
type TalkAction = Parameters<Vonage['voice']['playTTS']>[1];
type Ncco = Parameters<Vonage['voice']['transferCallWithNCCO']>[1];

function order(more: object = {}): Order {
  return {
    to: [{ type: 'phone', number: TO }],
    from: { type: 'phone', number: MINE },
    answer_url: [`${PUBLIC}/answer`],
    answer_method: 'POST',
    event_url: [`${PUBLIC}/event`],
    ...more,
  } as unknown as Order;
}

const NCCO = [
  { action: 'talk', text: 'Hello', language: 'en-US', style: 0, premium: false },
  { action: 'stream', streamUrl: ['https://a.example/b.mp3'], level: 0.5 },
  { action: 'record', beepStart: true, format: 'wav', endOnSilence: 3 },
  { action: 'input', type: ['dtmf'], dtmf: { maxDigits: 1, timeOut: 1 } },
  { action: 'notify', payload: { step: 1 }, eventUrl: [`${PUBLIC}/next`] },
  { action: 'conversation', name: 'tandem-1', endOnExit: false, startOnEnter: true },
  { action: 'wait', timeout: 600 },
] as unknown as Ncco;

/** Everything the SDK can ask of the voice API, once, in an order in which it makes sense. */
async function tour({ clock, application }: VonageStage, { voice }: Vonage): Promise<string> {
  const wait = [{ action: 'wait', timeout: 600 }];
  const headers = { 'content-type': 'application/json' };
  application.answer('/answer', { status: 200, headers, body: JSON.stringify(wait) });
  const detection = { behavior: 'continue', mode: 'detect_beep', beep_timeout: 45 };
  const timers = { ringing_timer: 60, length_timer: 600 };
  const { uuid } = await voice.createOutboundCall(
    order({ ...timers, advanced_machine_detection: detection }),
  );
  await clock.advance(10_000);
  assert.equal((await voice.getCall(uuid)).status, 'answered');
  assert.equal((await voice.getCallsPage({ pageSize: 10 })).count, 1);
  await voice.playTTS(uuid, { text: 'Hello', loop: 1 } as TalkAction);
  await voice.stopTTS(uuid);
  await voice.streamAudio(uuid, 'https://a.example/b.mp3');
  await voice.stopStreamAudio(uuid);
  await voice.playDTMF(uuid, '12#');
  await voice.subscribeDTMF(uuid, `${PUBLIC}/keys`);
  await voice.unsubscribeDTMF(uuid);
  for (const deed of ['muteCall', 'unmuteCall', 'earmuffCall', 'unearmuffCall'] as const)
    await voice[deed](uuid);
  await voice.transferCallWithURL(uuid, `${PUBLIC}/answer`);
  await voice.transferCallWithNCCO(uuid, NCCO);
  await clock.advance(60_000);
  await voice.hangupCall(uuid);
  await clock.advance(5_000);
  assert.ok(Number((await voice.getCall(uuid)).price) > 0);
  return uuid;
}

async function onProxy(
  test: (stage: VonageStage, proxy: RecordingProxy) => Promise<void>,
): Promise<CarrierContract> {
  const stage = await openStage();
  const proxy = await openProxy(stage.emulator.url);
  const contract = new CarrierContract('vonage-voice.json');
  try {
    await test(stage, proxy);
    const voice = proxy.exchanges.filter(({ target }) => target.startsWith('/v1/calls'));
    for (const exchange of voice) contract.hold(exchange);
    assert.deepEqual(stage.emulator.journal.complaints, []);
    return contract;
  } finally {
    await proxy.close();
    await stage.close();
  }
}

describe('the Vonage emulator keeps the contract', () => {
  it('in everything the SDK can ask', async () => {
    const contract = await onProxy(async (stage, proxy) => {
      await tour(stage, clientOf(proxy.url));
    });
    const unseen = contract.operation_ids.filter((id) => !contract.seen.has(id));
    assert.deepEqual(unseen, []);
  });

  it('in what it refuses, too', async () => {
    await onProxy(async (stage, proxy) => {
      const { voice } = clientOf(proxy.url);
      const refusals: readonly (readonly [() => Promise<unknown>, number])[] = [
        [
          () =>
            voice.createOutboundCall(order({ to: [{ type: 'phone', number: '+12125550100' }] })),
          400,
        ],
        [() => voice.createOutboundCall(order({ ringing_timer: 126 })), 400],
        [
          () => voice.createOutboundCall(order({ to: [{ type: 'phone', number: '15005550003' }] })),
          403,
        ],
        [() => voice.getCall('00000000-0000-4000-8000-000000000000'), 404],
        [() => voice.hangupCall('00000000-0000-4000-8000-000000000000'), 404],
        [() => clientOf(proxy.url, 'cccccccc').voice.createOutboundCall(order()), 401],
      ];
      for (const [asked, status] of refusals)
        await assert.rejects(asked, (error: { response: Response }) => {
          assert.equal(error.response.status, status);
          return true;
        });
      const { uuid } = await voice.createOutboundCall(order());
      const stranger = clientOf(proxy.url, OTHER_APP).voice;
      await assert.rejects(stranger.getCall(uuid));
      await stage.clock.advance(0);
    });
  });

  it('and lets numbers be found, bought, linked and given back', async () => {
    await onProxy(async (_stage, proxy) => {
      const { numbers, accounts, applications } = clientOf(proxy.url);
      assert.equal((await accounts.getBalance()).value, 100);
      const found = await numbers.getAvailableNumbers({
        country: 'US',
        startsWith: '1212',
      } as never);
      const [free] = found.numbers ?? [];
      assert.ok(free?.msisdn !== undefined);
      const msisdn = free.msisdn;
      const label = async (asked: Promise<{ errorCode?: string }>) => (await asked).errorCode;
      assert.equal(await label(numbers.buyNumber({ country: 'US', msisdn })), '200');
      const link = { country: 'US', msisdn, applicationId: OTHER_APP };
      assert.equal(await label(numbers.updateNumber(link)), '200');
      const owned = await numbers.getOwnedNumbers({ applicationId: OTHER_APP });
      assert.equal(owned.numbers?.[0]?.msisdn, msisdn);
      assert.equal(await label(numbers.cancelNumber({ country: 'US', msisdn })), '200');
      const app = await applications.getApplication('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
      const webhooks = { answer_url: { address: `${PUBLIC}/new`, http_method: 'POST' } };
      const capabilities = { voice: { webhooks } };
      const changed = await applications.updateApplication({ ...app, capabilities } as never);
      assert.match(JSON.stringify(changed), /tandem\.example\/new/);
    });
  });
});
