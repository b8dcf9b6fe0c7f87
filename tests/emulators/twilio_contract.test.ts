import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CarrierContract } from './contract.ts';
import { openProxy } from './recording_proxy.ts';
import { PUBLIC } from './application.ts';
import { ACCOUNT, clientOf, MINE, openStage } from './twilio_stage.ts';
import { tourTwilio } from './twilio_tour.ts';

const ANSWER = `${PUBLIC}/answer`;

describe('the Twilio emulator keeps the contract', () => {
  it('in everything the SDK can ask', async () => {
    const stage = await openStage();
    const proxy = await openProxy(stage.emulator.url);
    const contract = new CarrierContract('twilio-voice.json');
    try {
      await tourTwilio(stage, clientOf(proxy.url));
      for (const exchange of proxy.exchanges) contract.hold(exchange);
      const unseen = contract.operation_ids.filter((id) => !contract.seen.has(id));
      assert.deepEqual(unseen, []);
    } finally {
      await proxy.close();
      await stage.close();
    }
  });

  it('in what it refuses, too', async () => {
    const stage = await openStage();
    const proxy = await openProxy(stage.emulator.url);
    const contract = new CarrierContract('twilio-voice.json');
    const client = clientOf(proxy.url);
    const good = { to: '+12125550100', from: MINE, url: ANSWER };
    const refusals: readonly (readonly [() => Promise<unknown>, number, number])[] = [
      [() => client.calls.create({ ...good, to: 'nobody' }), 400, 21211],
      [() => client.calls.create({ ...good, from: '123' }), 400, 21212],
      [() => client.calls.create({ ...good, url: 'not a url' }), 400, 21205],
      [() => client.calls.create({ ...good, to: '+15005550003' }), 400, 21215],
      [() => client.calls.create({ ...good, statusCallbackEvent: ['hangup'] }), 400, 21626],
      [() => client.calls('CA00000000000000000000000000000000').fetch(), 404, 20404],
      [() => clientOf(proxy.url, [ACCOUNT, 'wrong']).calls.create(good), 401, 20003],
    ];
    try {
      for (const [asked, status, code] of refusals) await assert.rejects(asked, { status, code });
      for (const exchange of proxy.exchanges) contract.hold(exchange);
    } finally {
      await proxy.close();
      await stage.close();
    }
  });
});
