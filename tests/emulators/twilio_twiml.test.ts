import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { wavMs } from '../../emulators/media/tone.ts';
import { fieldsOf, PUBLIC, twiml } from './application.ts';
import { ACCOUNT, MINE, openStage, TOKEN, type TwilioStage } from './twilio_stage.ts';

const CALLEE = '+12125550100';

describe('the Twilio emulator performs', () => {
  let stage: TwilioStage;
  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());

  const answer = (path: string, ...verbs: readonly string[]) =>
    stage.application.answer(path, twiml(...verbs));
  const dial = (options: object = {}) =>
    stage.client.calls.create({ to: CALLEE, from: MINE, url: `${PUBLIC}/answer`, ...options });
  const line = (n = 0) => stage.emulator.network.records[n];
  const heard = (n = 0) => line(n)?.heard;
  const complaints = () => stage.emulator.journal.complaints.map(({ code }) => code);

  it('verbs one after the other, and hangs up after the last', async () => {
    answer('/answer', '<Say>Good &amp; bad</Say>', '<Play loop="2">https://a.example/b.wav</Play>');
    await dial();
    await stage.clock.advance(10_000);
    const play = 'play: https://a.example/b.wav';
    assert.deepEqual(heard(), ['say: Good & bad', play, play]);
    assert.equal(line()?.ended_by, 'near_end');
    assert.deepEqual(complaints(), []);
  });

  it('a Gather that keys interrupt, and posts what was pressed', async () => {
    stage.emulator.network.script(CALLEE, { digits: '12#' });
    const prompt = `<Say>${'long '.repeat(200)}</Say>`;
    answer('/answer', `<Gather action="/keys">${prompt}</Gather>`);
    answer('/keys', '<Say>Thanks</Say>');
    await dial();
    await stage.clock.advance(30_000);
    assert.equal(fieldsOf(stage.application.at('/keys')[0] as never)['Digits'], '12');
    assert.equal(heard()?.at(-1), 'say: Thanks');
  });

  it('a Gather that ends with its last digit, or when nothing comes', async () => {
    stage.emulator.network.script(CALLEE, { digits: '1*3' });
    answer('/answer', '<Gather numDigits="3" finishOnKey="" action="/keys"/>');
    answer('/keys', '<Gather timeout="3" action="/never"/><Say>Nothing</Say>');
    await dial();
    await stage.clock.advance(30_000);
    assert.equal(fieldsOf(stage.application.at('/keys')[0] as never)['Digits'], '1*3');
    assert.equal(stage.application.at('/never').length, 0);
    assert.equal(heard()?.at(-1), 'say: Nothing');
  });

  it('another document when it is told to, at once', async () => {
    answer('/answer', `<Say>${'long '.repeat(200)}</Say>`, '<Say>never</Say>');
    answer('/other', '<Say>Other</Say>', '<Redirect>/third</Redirect>');
    answer('/third', '<Say>Third</Say>');
    const call = await dial();
    await stage.clock.advance(5_000);
    await stage.client.calls(call.sid).update({ url: `${PUBLIC}/other` });
    await stage.clock.advance(10_000);
    assert.deepEqual(heard()?.slice(1), ['say: Other', 'say: Third']);
  });

  it('its fallback when a document cannot be had, and an apology without one', async () => {
    stage.application.answer('/answer', { status: 500 });
    answer('/fallback', '<Say>Sorry</Say>');
    await dial({ fallbackUrl: `${PUBLIC}/fallback` });
    await dial();
    await stage.clock.advance(10_000);
    assert.deepEqual(heard(0), ['say: Sorry']);
    assert.deepEqual(heard(1), ['say: an application error has occurred']);
    const [asked] = stage.application.at('/fallback').map(fieldsOf);
    assert.equal(asked?.['ErrorCode'], '11200');
  });

  it('no document that is not well-formed, and complains of what it does not know', async () => {
    answer('/answer', '<Say>Hello</Say');
    await dial();
    await stage.clock.advance(5_000);
    answer('/answer', '<Dance/><Say colour="red">Hello</Say>');
    await dial();
    await stage.clock.advance(10_000);
    assert.deepEqual(complaints(), ['12100', '12200', '12200']);
    assert.deepEqual(heard(1), ['say: Hello']);
  });

  it('conferences in which calls meet, and which end with their keeper', async () => {
    const room = (more: string) =>
      `<Dial action="/left"><Conference ${more}>red</Conference></Dial>`;
    const report = `statusCallback="/room" statusCallbackEvent="start end join leave"`;
    answer('/answer', room(`endConferenceOnExit="true" ${report}`));
    answer('/guest', room('participantLabel="guest"'));
    answer('/left', '<Say>Left</Say>');
    const keeper = await dial();
    await dial({ to: '+12125550101', url: `${PUBLIC}/guest` });
    await stage.clock.advance(5_000);
    assert.equal(stage.emulator.membersOf(ACCOUNT, 'red').length, 2);
    await stage.client.calls(keeper.sid).update({ status: 'completed' });
    await stage.clock.advance(5_000);
    assert.deepEqual(stage.emulator.membersOf(ACCOUNT, 'red'), []);
    assert.deepEqual(heard(1), ['conference: red', 'say: Left']);
    const events = stage.application
      .at('/room')
      .map((each) => fieldsOf(each)['StatusCallbackEvent']);
    const joins = ['participant-join', 'conference-start', 'participant-join'];
    assert.deepEqual(events, [
      ...joins,
      'participant-leave',
      'participant-leave',
      'conference-end',
    ]);
  });

  it('a Dial whose first answer wins, and tells its action what became of it', async () => {
    answer(
      '/answer',
      '<Say>x</Say><Dial action="/after" timeout="20">',
      '<Number>+15005550183</Number><Number>+12125550153</Number></Dial>',
    );
    answer('/after', '<Say>After</Say>');
    await dial();
    await stage.clock.advance(30_000);
    const [after] = stage.application.at('/after').map(fieldsOf);
    assert.equal(after?.['DialCallStatus'], 'completed');
    assert.equal(after?.['DialCallDuration'], '5');
    assert.equal(line(1)?.ended_by, 'near_end');
    assert.equal(heard(0)?.at(-1), 'say: After');
  });

  it('calls that come in to its numbers, and turns them down when told to', async () => {
    const [number] = (await stage.client.incomingPhoneNumbers.page({ phoneNumber: MINE }))
      .instances;
    await stage.client.incomingPhoneNumbers(number?.sid ?? '').update({ voiceUrl: `${PUBLIC}/in` });
    answer('/in', '<Say>Welcome</Say>');
    stage.emulator.network.call('+491701234567', MINE);
    await stage.clock.advance(5_000);
    const [asked] = stage.application.at('/in').map(fieldsOf);
    assert.equal(asked?.['CallStatus'], 'ringing');
    assert.equal(asked?.['Direction'], 'inbound');
    assert.deepEqual(heard(0), ['say: Welcome']);
    answer('/in', '<Reject reason="busy"/>');
    stage.emulator.network.call('+491701234567', MINE);
    await stage.clock.advance(5_000);
    assert.equal(line(1)?.code, 486);
    assert.equal(line(1)?.tm_answer, null);
  });

  it('calls between two of its own numbers', async () => {
    const [number] = (await stage.client.incomingPhoneNumbers.page()).instances;
    await stage.client.incomingPhoneNumbers(number?.sid ?? '').update({ voiceUrl: `${PUBLIC}/in` });
    answer('/in', '<Play digits="42"/><Pause length="60"/>');
    answer('/answer', '<Gather numDigits="2" action="/keys"/>');
    await dial({ to: MINE });
    await stage.clock.advance(10_000);
    assert.equal(fieldsOf(stage.application.at('/keys')[0] as never)['Digits'], '42');
    await stage.clock.advance(10_000);
    const ends = stage.emulator.network.records.map(({ ended_by }) => ended_by);
    assert.deepEqual(ends, ['near_end', 'far_end']);
  });

  it('recordings whose sound can be fetched and is as long as they are', async () => {
    answer('/answer', '<Record maxLength="2" action="/said" recordingStatusCallback="/taped"/>');
    await dial();
    await stage.clock.advance(10_000);
    const [said] = stage.application.at('/said').map(fieldsOf);
    const [taped] = stage.application.at('/taped').map(fieldsOf);
    assert.equal(taped?.['RecordingStatus'], 'completed');
    assert.equal(taped?.['RecordingDuration'], '2');
    const { pathname } = new URL(said?.['RecordingUrl'] ?? '');
    const authorization = `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}`;
    const get = (end: string) =>
      fetch(stage.emulator.url + pathname + end, { headers: { authorization } });
    assert.equal(wavMs(Buffer.from(await (await get('.wav')).arrayBuffer())), 2_000);
    const mp3 = Buffer.from(await (await get('.mp3')).arrayBuffer());
    assert.deepEqual([mp3[0], mp3[1]], [0xff, 0xfb]);
  });

  it('streams both ways, until the application closes them', async () => {
    const server = new WebSocketServer({ port: 0 });
    await once(server, 'listening');
    const messages: { event: string; [name: string]: unknown }[] = [];
    const sockets: WebSocket[] = [];
    server.on('connection', (socket, request) => {
      assert.notEqual(request.headers['x-twilio-signature'], undefined);
      sockets.push(socket);
      socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())));
      socket.send(JSON.stringify({ event: 'mark', mark: { name: 'here' } }));
    });
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/media`;
    stage.emulator.network.script(CALLEE, { digits: '7' });
    answer(
      '/answer',
      `<Connect><Stream url="${url}"><Parameter name="a" value="b"/></Stream></Connect>`,
      '<Say>Back</Say>',
    );
    await dial();
    await stage.clock.advance(2_100);
    await once(server, 'connection');
    while (!messages.some(({ event }) => event === 'start')) await new Promise(setImmediate);
    await stage.clock.advance(2_000);
    while (!messages.some(({ event }) => event === 'dtmf')) await new Promise(setImmediate);
    const events = new Set(messages.map(({ event }) => event));
    assert.deepEqual(events, new Set(['connected', 'start', 'mark', 'media', 'dtmf']));
    const media = messages.find(({ event }) => event === 'media')?.['media'] as { payload: string };
    assert.equal(Buffer.from(media.payload, 'base64').length, 160);
    sockets[0]?.close();
    await once(sockets[0] as WebSocket, 'close');
    await stage.clock.advance(5_000);
    assert.equal(heard()?.at(-1), 'say: Back');
    server.close();
  });
});
