import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import twilio from 'twilio';
import { fieldsOf, PUBLIC, twiml } from './application.ts';
import { readContract } from './contract.ts';
import { ACCOUNT, MINE, openStage, TOKEN, type TwilioStage } from './twilio_stage.ts';

const STEPS = ['initiated', 'ringing', 'answered', 'completed'];
const schema = new Ajv({ strict: false }).addSchema(readContract('twilio-webhooks.schema.json'));

function isValid(kind: string, fields: object): true | string {
  const check = schema.getSchema(`tandem/twilio-webhooks#/definitions/${kind}`);
  assert.ok(check !== undefined, `${kind} is described`);
  return check(fields) === true ? true : schema.errorsText(check.errors);
}

describe('the Twilio emulator reports', () => {
  let stage: TwilioStage;
  beforeEach(async () => {
    stage = await openStage();
    stage.application.answer('/answer', twiml('<Pause length="3600"/>'));
  });
  afterEach(() => stage.close());

  const dial = (to: string, options: object = {}) =>
    stage.client.calls.create({
      to,
      from: MINE,
      url: `${PUBLIC}/answer`,
      statusCallback: `${PUBLIC}/status`,
      statusCallbackEvent: STEPS,
      ...options,
    });
  const told = () => stage.application.at('/status').map(fieldsOf);
  const words = () => told().map((each) => `${each['SequenceNumber']} ${each['CallStatus']}`);

  it('every step once, numbered from 0, in fields as documented and signed', async () => {
    const call = await dial('+12125550100');
    assert.equal(call.status, 'queued');
    await stage.clock.advance(30_000);
    await stage.client.calls(call.sid).update({ status: 'completed' });
    await stage.clock.advance(1_000);
    assert.deepEqual(words(), ['0 initiated', '1 ringing', '2 in-progress', '3 completed']);
    for (const asked of stage.application.asked) {
      const kind = asked.path === '/status' ? 'statusCallback' : 'voiceRequest';
      const fields = fieldsOf(asked);
      assert.equal(isValid(kind, fields), true);
      const signature = asked.headers['x-twilio-signature'] ?? '';
      const url = PUBLIC + asked.target;
      assert.ok(twilio.validateRequest(TOKEN, signature, url, fields));
      assert.ok(!twilio.validateRequest(TOKEN, signature, url, { ...fields, To: '+1' }));
    }
    assert.equal(told().at(-1)?.['CallDuration'], '28');
    assert.equal(told().at(-1)?.['Duration'], '1');
  });

  it('numbers only what was subscribed', async () => {
    await dial('+15005550486', { statusCallbackEvent: ['ringing', 'completed'] });
    await stage.clock.advance(5_000);
    assert.deepEqual(words(), ['0 busy']);
  });

  it('only the end, unless asked for more', async () => {
    const status = { statusCallback: `${PUBLIC}/status`, to: '+15005550404', from: MINE };
    await stage.client.calls.create({ ...status, url: `${PUBLIC}/answer` });
    await stage.clock.advance(5_000);
    assert.deepEqual(words(), ['0 failed']);
    assert.equal(told()[0]?.['SipResponseCode'], '404');
  });

  for (const [to, status, code] of [
    ['+15005550486', 'busy', '486'],
    ['+15005550603', 'failed', '603'],
    ['+15005550503', 'failed', '503'],
  ] as const)
    it(`${status} with ${code} when the network answers so`, async () => {
      await dial(to);
      await stage.clock.advance(5_000);
      assert.equal(told().at(-1)?.['CallStatus'], status);
      assert.equal(told().at(-1)?.['SipResponseCode'], code);
    });

  it('no-answer with 487 five seconds after its Timeout', async () => {
    await dial('+15005550183', { timeout: 20 });
    await stage.clock.advance(24_000);
    assert.equal(told().at(-1)?.['CallStatus'], 'ringing');
    await stage.clock.advance(2_000);
    assert.equal(told().at(-1)?.['CallStatus'], 'no-answer');
    assert.equal(told().at(-1)?.['SipResponseCode'], '487');
  });

  it('canceled when told so while it rings, and refuses that of an answered call', async () => {
    const ringing = await dial('+15005550183');
    const talking = await dial('+12125550100');
    await stage.clock.advance(5_000);
    await stage.client.calls(ringing.sid).update({ status: 'canceled' });
    const asked = stage.client.calls(talking.sid).update({ status: 'canceled' });
    await assert.rejects(asked, { code: 21220 });
    await stage.clock.advance(1_000);
    const ends = told().filter(({ CallSid }) => CallSid === ringing.sid);
    assert.equal(ends.at(-1)?.['CallStatus'], 'canceled');
    const again = stage.client.calls(ringing.sid).update({ status: 'completed' });
    await assert.rejects(again, { status: 400, code: 21220 });
  });

  it('who answered: before the document, or apart from it', async () => {
    const detect = { machineDetection: 'DetectMessageEnd' };
    await dial('+12125550150', detect);
    await stage.clock.advance(9_000);
    assert.equal(stage.application.at('/answer').length, 0);
    await stage.clock.advance(2_000);
    const [asked] = stage.application.at('/answer').map(fieldsOf);
    assert.equal(asked?.['AnsweredBy'], 'machine_end_beep');
    const report = { asyncAmd: 'true', asyncAmdStatusCallback: `${PUBLIC}/amd` };
    await dial('+12125550100', { ...detect, ...report });
    await stage.clock.advance(3_000);
    assert.equal(stage.application.at('/answer').length, 2);
    await stage.clock.advance(4_000);
    const [verdict] = stage.application.at('/amd').map(fieldsOf);
    assert.equal(verdict?.['AnsweredBy'], 'human');
    assert.equal(isValid('asyncAmd', verdict), true);
  });

  it('lets calls out of the queue at the account’s pace', async () => {
    const slow = await openStage({ calls_per_s: 1 });
    try {
      const order = { from: MINE, url: `${PUBLIC}/answer` };
      for (const to of ['+12125550100', '+12125550101', '+12125550102'])
        await slow.client.calls.create({ ...order, to });
      await slow.clock.advance(1_500);
      assert.equal(slow.emulator.network.records.length, 2);
      await slow.clock.advance(1_000);
      assert.equal(slow.emulator.network.records.length, 3);
    } finally {
      await slow.close();
    }
  });

  it('once more when nobody listens, and 5xx only where the URL asks for it', async () => {
    stage.application.answer('/status', { status: 503 });
    stage.application.answer('/hook', { status: 503 });
    await dial('+15005550486', { statusCallbackEvent: ['completed'] });
    await dial('+15005550486', {
      statusCallback: `${PUBLIC}/hook#rc=2&rp=all`,
      statusCallbackEvent: ['completed'],
    });
    await stage.clock.advance(10_000);
    assert.equal(stage.application.at('/status').length, 1);
    assert.equal(stage.application.at('/hook').length, 3);
    const signature = stage.application.at('/hook')[0]?.headers['x-twilio-signature'] ?? '';
    const fields = fieldsOf(
      stage.application.at('/hook')[0] as (typeof stage.application.asked)[0],
    );
    assert.ok(twilio.validateRequest(TOKEN, signature, `${PUBLIC}/hook`, fields));
  });

  it('a price only after a while', async () => {
    const call = await dial('+12125550153');
    await stage.clock.advance(10_000);
    assert.equal((await stage.client.calls(call.sid).fetch()).price, null);
    await stage.clock.advance(60_000);
    assert.equal((await stage.client.calls(call.sid).fetch()).price, '-0.01400');
  });

  it('nothing of another account', async () => {
    const call = await dial('+12125550100');
    const path = `/2010-04-01/Accounts/${ACCOUNT}/Calls/${call.sid}.json`;
    const stranger = Buffer.from(`AC00000000000000000000000000000002:the-auth-token-of-account-2`);
    const authorization = `Basic ${stranger.toString('base64')}`;
    const answer = await fetch(stage.emulator.url + path, { headers: { authorization } });
    assert.equal(answer.status, 401);
  });
});
