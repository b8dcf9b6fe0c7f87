import assert from 'node:assert/strict';
import { PUBLIC, twiml } from './application.ts';
import { MINE, type TwilioStage } from './twilio_stage.ts';

type Client = TwilioStage['client'];

const ANSWER = `${PUBLIC}/answer`;

/** Everything the SDK can ask of the emulator, once, in an order in which it makes sense. */
export async function tourTwilio(stage: TwilioStage, client: Client): Promise<void> {
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
