import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { verifySignature } from '@vonage/jwt';
import { WebSocketServer } from 'ws';
import { claimsOf } from '../../emulators/vonage/tokens.ts';
import type { Asked } from '../../emulators/web/server.ts';
import { PUBLIC } from './application.ts';
import { APP, API_KEY, MINE, openStage, SIGNATURE, type VonageStage } from './vonage_stage.ts';

type Json = Readonly<Record<string, unknown>>;
const CALLEE = '12125550100';

function bodyOf({ body }: Asked): Json {
  return JSON.parse(body) as Json;
}

describe('the Vonage emulator', () => {
  let stage: VonageStage;
  beforeEach(async () => {
    stage = await openStage();
    ncco('/answer', { action: 'wait', timeout: 3_600 });
  });
  afterEach(() => stage.close());

  function ncco(path: string, ...actions: readonly object[]): void {
    const headers = { 'content-type': 'application/json' };
    stage.application.answer(path, { status: 200, headers, body: JSON.stringify(actions) });
  }
  const dial = async (number = CALLEE, more: object = {}): Promise<string> => {
    const call = {
      to: [{ type: 'phone', number }],
      from: { type: 'phone', number: MINE },
      answer_url: [`${PUBLIC}/answer`],
      event_url: [`${PUBLIC}/event`],
      ...more,
    };
    const made = await stage.client.voice.createOutboundCall(call as never);
    return made.uuid;
  };
  const told = () => stage.application.at('/event').map(bodyOf);
  const words = () => told().map((each) => each['status'] ?? each['type'] ?? 'other');
  const heard = (n = 0) => stage.emulator.network.records[n]?.heard;

  it('tells every status, signed, with the hash of its body', async () => {
    const uuid = await dial();
    await stage.clock.advance(10_000);
    await stage.client.voice.hangupCall(uuid);
    await stage.clock.advance(1_000);
    assert.deepEqual(words(), ['started', 'ringing', 'answered', 'completed']);
    const last = told().at(-1);
    assert.equal(last?.['disconnected_by'], 'platform');
    assert.equal(last?.['duration'], '8');
    for (const asked of stage.application.at('/event')) {
      const token = (asked.headers['authorization'] ?? '').replace('Bearer ', '');
      assert.ok(verifySignature(token, SIGNATURE));
      assert.ok(!verifySignature(token, `${SIGNATURE}0`));
      const claims = claimsOf(token);
      assert.equal(claims?.['payload_hash'], hash('sha256', asked.body, 'hex'));
      assert.equal(claims?.['application_id'], APP);
      assert.equal(claims?.['api_key'], API_KEY);
    }
    const [answer] = stage.application.at('/answer');
    assert.equal(answer?.method, 'GET');
    assert.equal(answer?.query.get('uuid'), uuid);
  });

  for (const [number, status, detail] of [
    ['15005550486', 'busy', undefined],
    ['15005550480', 'unanswered', 'unavailable'],
    ['15005550603', 'rejected', 'declined'],
    ['15005550404', 'rejected', 'invalid_number'],
    ['15005550503', 'failed', 'cannot_route'],
  ] as const)
    it(`tells ${status} of ${number}`, async () => {
      await dial(number);
      await stage.clock.advance(5_000);
      assert.equal(words().at(-1), status);
      assert.equal(told().at(-1)?.['detail'], detail);
      assert.equal(told().at(-1)?.['sip_code'], Number(number.slice(-3)));
    });

  it('stops ringing when the timer says so, and is cancelled when told so', async () => {
    await dial('15005550183', { ringing_timer: 20 });
    const second = await dial('15005550183');
    await stage.clock.advance(10_000);
    await stage.client.voice.hangupCall(second);
    await stage.clock.advance(11_000);
    assert.deepEqual(words().slice(-2), ['cancelled', 'timeout']);
    await assert.rejects(stage.client.voice.hangupCall(second));
  });

  it('tells who answered by another name of the call', async () => {
    const detection = { behavior: 'continue', mode: 'detect_beep' };
    await dial('12125550150', { advanced_machine_detection: detection });
    await dial(CALLEE, { machine_detection: 'continue' });
    await stage.clock.advance(15_000);
    const parties = told().filter((each) => each['call_uuid'] !== undefined);
    const words = parties.map((each) => [each['status'], each['sub_state']]);
    assert.deepEqual(words, [
      ['machine', undefined],
      ['human', undefined],
      ['machine', 'beep_start'],
    ]);
    assert.ok(parties.every((each) => each['uuid'] === undefined));
  });

  it('answers 429 to more calls a second than the account may make', async () => {
    const slow = await openStage({ calls_per_s: 3 });
    const order = { to: [{ type: 'phone', number: CALLEE }], ncco: [{ action: 'wait' }] };
    const call = { ...order, from: { type: 'phone', number: MINE } };
    const create = () => slow.client.voice.createOutboundCall(call as never);
    try {
      for (let n = 0; n < 3; n += 1) await create();
      await assert.rejects(create(), (error: { response: Response }) => {
        assert.equal(error.response.status, 429);
        return true;
      });
      await slow.clock.advance(1_001);
      await create();
    } finally {
      await slow.close();
    }
  });

  it('performs an NCCO, and what the answer to an event puts in its place', async () => {
    stage.emulator.network.script(CALLEE, { digits: '12#' });
    const eventUrl = [`${PUBLIC}/keys`];
    const dtmf = { maxDigits: 5, submitOnHash: true, timeOut: 5 };
    ncco(
      '/answer',
      { action: 'talk', text: 'Hi' },
      { action: 'input', type: ['dtmf'], dtmf, eventUrl },
      { action: 'talk', text: 'never' },
    );
    ncco('/keys', { action: 'talk', text: 'Thanks' });
    await dial();
    await stage.clock.advance(20_000);
    const [keys] = stage.application.at('/keys').map(bodyOf);
    assert.deepEqual(keys?.['dtmf'], { digits: '12', timed_out: false });
    assert.deepEqual(heard(), ['talk: Hi', 'talk: Thanks']);
    assert.equal(words().at(-1), 'completed');
  });

  it('drops a call whose NCCO it does not understand, and says so', async () => {
    ncco('/answer', { action: 'dance' });
    await dial();
    await stage.clock.advance(5_000);
    const error = told().find((each) => each['reason'] !== undefined);
    assert.match(String(error?.['reason']), /action/);
    assert.equal(error?.['uuid'], undefined);
    assert.equal(words().at(-1), 'completed');
  });

  it('asks twice more for an NCCO that cannot be had, and then drops the call', async () => {
    stage.application.answer('/answer', { status: 503 });
    await dial();
    await stage.clock.advance(20_000);
    assert.equal(stage.application.at('/answer').length, 3);
    assert.equal(words().at(-1), 'completed');
  });

  it('tells of every key where it was asked to, whatever the call does', async () => {
    const uuid = await dial();
    await stage.clock.advance(5_000);
    await stage.client.voice.subscribeDTMF(uuid, `${PUBLIC}/keys`);
    stage.emulator.network.lineOf(uuid)?.press('1#');
    await stage.clock.advance(1_000);
    const keys = stage.application.at('/keys').map((each) => bodyOf(each)['dtmf']);
    assert.deepEqual(keys, [
      { digits: '1', timed_out: false },
      { digits: '#', timed_out: false },
    ]);
  });

  it('lets legs meet in a named conversation, and tells that they moved', async () => {
    ncco('/answer', { action: 'conversation', name: 'red' });
    const one = await dial();
    const two = await dial('12125550101');
    await stage.clock.advance(5_000);
    assert.deepEqual(stage.emulator.membersOf(APP, 'red'), [one, two]);
    await stage.client.voice.muteCall(one);
    assert.equal(stage.emulator.soundOf(one)?.muted, true);
    await stage.client.voice.hangupCall(two);
    await stage.clock.advance(1_000);
    assert.deepEqual(stage.emulator.membersOf(APP, 'red'), [one]);
    const moves = told().filter((each) => each['type'] === 'transfer');
    assert.equal(moves.length, 2);
    assert.equal(moves[0]?.['conversation_uuid_to'], moves[1]?.['conversation_uuid_to']);
  });

  it('calls in at the application its number is linked to', async () => {
    ncco('/in', { action: 'talk', text: 'Welcome' });
    stage.emulator.network.call('+491701234567', `+${MINE}`);
    await stage.clock.advance(5_000);
    const [asked] = stage.application.at('/in').map(bodyOf);
    assert.equal(asked?.['from'], '491701234567');
    assert.deepEqual(heard(), ['talk: Welcome']);
    assert.deepEqual(words(), ['started', 'ringing', 'answered', 'completed']);
  });

  it('records, and gives the sound to whoever has a token', async () => {
    ncco('/answer', { action: 'record', format: 'wav', timeOut: 4, eventUrl: [`${PUBLIC}/taped`] });
    await dial();
    await stage.clock.advance(10_000);
    const [taped] = stage.application.at('/taped').map(bodyOf);
    const url = String(taped?.['recording_url']);
    assert.equal((await fetch(url)).status, 401);
  });

  it('is a leg over a WebSocket, too', async () => {
    const server = new WebSocketServer({ port: 0 });
    await once(server, 'listening');
    const frames: (string | number)[] = [];
    server.on('connection', (socket) => {
      socket.on('message', (data: Buffer, is_binary) => {
        frames.push(is_binary ? data.length : data.toString());
      });
    });
    const uri = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/media`;
    const to = [{ type: 'websocket', uri, 'content-type': 'audio/l16;rate=16000' }];
    await stage.client.voice.createOutboundCall({
      to,
      from: { type: 'phone', number: MINE },
      ncco: [{ action: 'wait', timeout: 60 }],
    } as never);
    const connected = once(server, 'connection');
    await stage.clock.advance(0);
    await connected;
    while (frames.length === 0) await new Promise(setImmediate);
    await stage.clock.advance(100);
    while (frames.length < 4) await new Promise(setImmediate);
    assert.match(String(frames[0]), /websocket:connected/);
    assert.equal(frames[1], 640);
    server.close();
    for (const client of server.clients) client.terminate();
  });
});
