import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PUBLIC } from './application.ts';
import { CarrierContract } from './contract.ts';
import { openProxy, type RecordingProxy } from './recording_proxy.ts';
import { clientOf, openStage, OTHER_APP, type VonageStage } from './vonage_stage.ts';
import { order, tourVonage } from './vonage_tour.ts';

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
      await tourVonage(stage, clientOf(proxy.url));
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
