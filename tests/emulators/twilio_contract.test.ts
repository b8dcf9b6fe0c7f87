import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CarrierContract } from './contract.ts';
import { openProxy } from './recording_proxy.ts';
import { ACCOUNT, clientOf, MINE, openStage, type TwilioStage } from './twilio_stage.ts';
import { PUBLIC, twiml } from './application.ts';

type Client = TwilioStage['client'];

const ANSWER = `${PUBLIC}/answer`;

/** Everything the SDK can ask of the emulator, once, in an order in which it makes sense. */
async function tour(stage: TwilioStage, client: Client): Promise<void> {
  const { clock, application } = stage;
  application.answer('/answer', twiml('<Pause length="600"/>'));
  const call = await client.calls.create({
    to: '+12125550100',
    from: MINE,
    url: ANSWER,
    timeout: 30,
    timeLimit: 600,
    statusCallback: `${PUBLIC}/status`,
    statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
    machineDetection: 'Enable',
    asyncAmd: 'true',
    asyncAmdStatusCallback: `${PUBLIC}/amd`,
  });
  await clock.advance(10_000);
  assert.equal((await client.calls(call.sid).fetch()).status, 'in-progress');
  await client.calls.page({ to: '+12125550100', pageSize: 10 });
  await client.calls(call.sid).update({ url: ANSWER });
  await client.calls(call.sid).update({ twiml: '<Response><Pause length="600"/></Response>' });
  await client.calls(call.sid).events.page();
  await recordings(stage, client, call.sid);
  await streams(client, call.sid);
  await rooms(stage, client, call.sid);
  await client.calls(call.sid).update({ status: 'completed' });
  await clock.advance(120_000);
  assert.ok(Number((await client.calls(call.sid).fetch()).price) < 0);
  await finished(client, call.sid);
  await client.calls(call.sid).remove();
  await account(client);
}

async function recordings({ clock }: TwilioStage, client: Client, call_sid: string): Promise<void> {
  const { recordings: list } = client.calls(call_sid);
  const made = await list.create({ recordingChannels: 'dual' });
  await clock.advance(3_000);
  await list('Twilio.CURRENT').update({ status: 'paused' });
  await list('Twilio.CURRENT').update({ status: 'in-progress' });
  await list('Twilio.CURRENT').update({ status: 'stopped' });
  assert.equal((await list(made.sid).fetch()).sid, made.sid);
  await list.create();
  await clock.advance(3_000);
  await list.page();
}

async function streams(client: Client, call_sid: string): Promise<void> {
  const call = client.calls(call_sid);
  const stream = await call.streams.create({ url: 'wss://127.0.0.1:9/media', name: 'one' });
  await call.streams(stream.sid).update({ status: 'stopped' });
  const copy = await call.siprec.create({ name: 'two', connectorName: 'recorder' });
  await call.siprec(copy.sid).update({ status: 'stopped' });
}

async function rooms({ clock }: TwilioStage, client: Client, call_sid: string): Promise<void> {
  const name = 'tandem-1';
  const room_twiml = `<Conference record="record-from-start">${name}</Conference>`;
  const twiml = `<Response><Dial>${room_twiml}</Dial><Pause length="600"/></Response>`;
  await client.calls(call_sid).update({ twiml });
  await client.conferences(name).participants.create({
    from: MINE,
    to: '+12125550101',
    label: 'guest',
    earlyMedia: true,
    endConferenceOnExit: false,
  });
  await clock.advance(5_000);
  const [room] = (await client.conferences.page({ friendlyName: name })).instances;
  assert.ok(room !== undefined);
  const { participants } = client.conferences(room.sid);
  const inside = await participants.page();
  assert.deepEqual(new Set(inside.instances.map(({ label }) => label)), new Set([null, 'guest']));
  await participants('guest').update({ muted: true, hold: true, holdUrl: `${PUBLIC}/music` });
  assert.equal((await participants('guest').fetch()).hold, true);
  await participants('guest').remove();
  await client.conferences(room.sid).fetch();
  const [taped] = (await client.conferences(room.sid).recordings.page()).instances;
  assert.ok(taped !== undefined);
  const tape = client.conferences(room.sid).recordings(taped.sid);
  await tape.fetch();
  await tape.update({ status: 'stopped' });
  await tape.remove();
  await client.conferences(room.sid).update({ status: 'completed' });
}

/** What is left when a call is over. */
async function finished(client: Client, call_sid: string): Promise<void> {
  const [recording] = (await client.recordings.page({ callSid: call_sid })).instances;
  assert.ok(recording !== undefined);
  assert.equal((await client.recordings(recording.sid).fetch()).status, 'completed');
  await client.recordings(recording.sid).remove();
  const [other] = (await client.calls(call_sid).recordings.page()).instances;
  assert.ok(other !== undefined);
  await client.calls(call_sid).recordings(other.sid).remove();
}

async function account(client: Client): Promise<void> {
  await client.balance.fetch();
  await client.usage.records.page();
  await client.usage.records.daily.page();
  await client.availablePhoneNumbers.page();
  const us = client.availablePhoneNumbers('US');
  const [free] = (await us.local.page({ areaCode: 212 })).instances;
  await us.mobile.page();
  await us.tollFree.page();
  assert.ok(free !== undefined);
  const bought = await client.incomingPhoneNumbers.create({
    phoneNumber: free.phoneNumber,
    voiceUrl: ANSWER,
  });
  const number = client.incomingPhoneNumbers(bought.sid);
  assert.equal((await number.update({ voiceUrl: `${PUBLIC}/other` })).voiceUrl, `${PUBLIC}/other`);
  await number.fetch();
  await client.incomingPhoneNumbers.page({ phoneNumber: free.phoneNumber });
  await number.remove();
}

describe('the Twilio emulator keeps the contract', () => {
  it('in everything the SDK can ask', async () => {
    const stage = await openStage();
    const proxy = await openProxy(stage.emulator.url);
    const contract = new CarrierContract('twilio-voice.json');
    try {
      await tour(stage, clientOf(proxy.url));
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
