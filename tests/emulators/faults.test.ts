import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import twilio from 'twilio';
import type { FaultOrder } from '../../emulators/web/faults.ts';
import { fieldsOf, PUBLIC, twiml } from './application.ts';
import { MINE, openStage, TOKEN, type TwilioStage } from './twilio_stage.ts';

const TO = '+12125550100';
const STEPS = ['initiated', 'ringing', 'answered', 'completed'];

describe('an emulator misbehaves on demand', () => {
  let stage: TwilioStage;
  beforeEach(async () => {
    stage = await openStage();
    stage.application.answer('/answer', twiml('<Pause length="5"/>'));
  });
  afterEach(() => stage.close());

  const create = () =>
    stage.client.calls.create({
      to: TO,
      from: MINE,
      url: `${PUBLIC}/answer`,
      statusCallback: `${PUBLIC}/status`,
      statusCallbackEvent: STEPS,
    });
  const switchOn = (fault: FaultOrder) => void stage.emulator.faults.add(fault);
  const placed = async () => {
    await stage.clock.advance(0);
    return stage.emulator.network.records.length;
  };
  const told = () => stage.application.at('/status').map(fieldsOf);
  const sequence = () =>
    told()
      .map((each) => each['SequenceNumber'])
      .join('');

  it('refuses, and does nothing', async () => {
    switchOn({ on: 'calls.create', do: 'refuse', status: 429 });
    await assert.rejects(create(), { status: 429, code: 20429 });
    assert.equal(await placed(), 0);
    await create();
    assert.equal(await placed(), 1);
  });

  for (const [fault, legs] of [
    ['reset_before', 0],
    ['reset_after', 1],
    ['cut', 1],
    ['empty', 1],
    ['fail_after', 1],
  ] as const)
    it(`${fault}: whoever asked does not know that ${legs} rang`, async () => {
      switchOn({ on: 'calls.create', do: fault, about: TO });
      await assert.rejects(create());
      assert.equal(await placed(), legs);
    });

  it('strikes only what it is about, and as often as it was told', async () => {
    switchOn({ on: 'calls.*', do: 'refuse', status: 503, about: '+12125550101', times: 2 });
    await create();
    const other = { to: '+12125550101', from: MINE, url: `${PUBLIC}/answer` };
    for (let n = 0; n < 2; n += 1)
      await assert.rejects(stage.client.calls.create(other), { status: 503 });
    await stage.client.calls.create(other);
  });

  it('tells before it answers', async () => {
    switchOn({ on: 'calls.create', do: 'slow_after', ms: 10_000 });
    const created = create();
    while (stage.emulator.stalled() === 0) await new Promise(setImmediate);
    await stage.clock.advance(5_000);
    assert.equal(sequence(), '012');
    await stage.clock.advance(6_000);
    assert.equal((await created).status, 'queued');
  });

  for (const [fault, wanted] of [
    [{ on: 'status.ringing', do: 'drop' }, '023'],
    [{ on: 'status.*', do: 'repeat', count: 3, times: 0 }, '000111222333'],
    [{ on: 'status.ringing', do: 'delay', ms: 4_000 }, '0213'],
    [{ on: 'status.*', do: 'reverse', times: 0 }, '1032'],
  ] as const)
    it(`loses, repeats, delays and reorders: ${fault.do}`, async () => {
      switchOn(fault);
      await create();
      await stage.clock.advance(60_000);
      assert.equal(sequence(), wanted);
    });

  for (const fault of ['unsigned', 'wrong_secret', 'tampered'] as const)
    it(`forges: ${fault}`, async () => {
      switchOn({ on: 'status.*', do: fault, times: 0 });
      await create();
      await stage.clock.advance(60_000);
      for (const asked of stage.application.at('/status')) {
        const signature = asked.headers['x-twilio-signature'] ?? '';
        const url = PUBLIC + asked.target;
        assert.ok(!twilio.validateRequest(TOKEN, signature, url, fieldsOf(asked)));
      }
    });

  it('is steered over HTTP as well', async () => {
    const control = (method: string, path: string, body?: object) =>
      fetch(`${stage.emulator.url}/_emulator${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const bad = await control('POST', '/faults', { on: 'calls.create', do: 'dance' });
    assert.equal(bad.status, 400);
    await control('POST', '/faults', { on: 'calls.create', do: 'refuse', status: 500 });
    await assert.rejects(create(), { status: 500 });
    await control('PUT', `/numbers/${encodeURIComponent(TO)}`, { code: 486 });
    await create();
    await stage.clock.advance(5_000);
    assert.equal(told().at(-1)?.['CallStatus'], 'busy');
    const lines = (await (await control('GET', '/lines')).json()) as { code: number }[];
    assert.deepEqual(
      lines.map(({ code }) => code),
      [486],
    );
    const sent = (await (await control('GET', '/webhooks')).json()) as { n: number }[];
    await control('POST', `/webhooks/${sent.at(-1)?.n}/replay`);
    assert.equal(told().filter((each) => each['CallStatus'] === 'busy').length, 2);
    assert.equal((await control('POST', '/clock', { ms: 5 })).status, 400);
    assert.equal((await control('GET', '/nothing')).status, 404);
  });
});
