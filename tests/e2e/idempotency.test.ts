/** One key, one call, however often and whenever it is asked for (reliability checks 13 to 16). */
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { rollerOf } from '../../kernel/random.ts';
import { codeOf, type Answer, type DialJson, type Json, type PlacedJson } from './api_client.ts';
import { callTo, makeTenant, pause, quickSettings, type Tenant } from './harness.ts';
import { newServer, type TandemServer } from './tandem_process.ts';
import { insist } from './traffic.ts';
import { startSink, type WebhookSink } from './webhook_sink.ts';

const SEED = Number(process.env['E2E_SEED'] ?? randomInt(2 ** 31));
const PARALLEL = 100;
const KILLS = 20;
/** Long enough that a kill falls before, into and after the commit. */
const STRIKE_MS_MAX = 25;
const TALK = { ring_ms: 20, answer_ms: 60, talk_ms: 100 };

describe('an Idempotency-Key', () => {
  let server: TandemServer;
  let sink: WebhookSink;
  let tenant: Tenant;
  before(async () => {
    sink = await startSink();
    server = await newServer(quickSettings());
    await server.start();
    tenant = await makeTenant({ url: () => server.url, sink });
  });
  after(async () => {
    await server?.end();
    await sink?.stop();
  });

  const asked = (key: string, body: Json): Parameters<Tenant['client']['ask']>[1] => ({
    method: 'POST',
    body,
    headers: { 'idempotency-key': key },
  });
  const post = (key: string, body: Json): Promise<Answer> =>
    tenant.client.ask('/v1/calls', asked(key, body));
  const dialsOf = (call_id: string): Promise<DialJson[]> =>
    tenant.client.all(`/v1/test/sandbox/dials?call_id=${call_id}`);
  const callsTo = (number: string): Promise<Json[]> =>
    tenant.client.all(`/v1/calls?destination=${encodeURIComponent(number)}`);

  it(`makes one call of ${PARALLEL} requests at once`, async () => {
    const key = randomUUID();
    const body = callTo('+493011111111', { sandbox: TALK });
    const answers = await Promise.all(Array.from({ length: PARALLEL }, () => post(key, body)));
    const made = answers.filter(({ status }) => status === 201);
    const running = answers.filter(({ status }) => status === 409);
    assert.equal(made.length + running.length, PARALLEL);
    assert.equal(new Set(made.map(({ text }) => text)).size, 1, 'every 201 is the same');
    for (const { headers } of running) assert.match(headers.get('retry-after') ?? '', /^[1-9]/);
    for (const answer of running) assert.equal(codeOf(answer), 'idempotency_in_progress');
    const first = made.filter(({ headers }) => headers.get('idempotent-replayed') === null);
    assert.equal(first.length, 1, 'all but one are marked as repetitions');
    const calls = await callsTo('+493011111111');
    assert.equal(calls.length, 1);
    const dials = await dialsOf(String(calls[0]?.['id']));
    assert.deepEqual(
      dials.map(({ dial_count }) => dial_count),
      [1],
    );
  });

  it('answers a repetition as the first time, marked, whatever became of the call', async () => {
    const key = randomUUID();
    const body = callTo('+493022222222', { sandbox: TALK });
    const first = await post(key, body);
    const { calls } = first.json as PlacedJson;
    await sink.until(({ type, subject }) => type === 'call_hangup' && subject === calls[0]?.id);
    const again = await post(key, body);
    assert.deepEqual([again.status, again.text], [first.status, first.text]);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
  });

  it('refuses another request, and does nothing', async () => {
    const key = randomUUID();
    await post(key, callTo('+493033333333', { sandbox: TALK }));
    const other = await post(key, callTo('+493033333334', { sandbox: TALK }));
    assert.deepEqual([other.status, codeOf(other)], [422, 'idempotency_mismatch']);
    assert.equal((await callsTo('+493033333334')).length, 0);
  });

  it('stays free after a refusal, for the request as corrected', async () => {
    const key = randomUUID();
    const wrong = await post(key, callTo('0049 30 123'));
    assert.equal(wrong.status, 400);
    const right = await post(key, callTo('+493044444444', { sandbox: TALK }));
    assert.equal(right.status, 201);
  });

  it("is apart from another customer's same key", async () => {
    const key = randomUUID();
    const body = callTo('+493055555555', { sandbox: TALK });
    const other = await makeTenant({ url: () => server.url, sink });
    const mine = await post(key, body);
    const theirs = await other.client.ask('/v1/calls', asked(key, body));
    assert.deepEqual([mine.status, theirs.status], [201, 201]);
    const [one, two] = [mine, theirs].map(({ json }) => (json as PlacedJson).calls[0]?.id);
    assert.notEqual(one, two);
  });

  it(`returns the original call after a kill at any moment, ${KILLS} times`, async (context) => {
    context.diagnostic(`E2E_SEED=${SEED}`);
    const roll = rollerOf(SEED);
    const lost: number[] = [];
    for (let round = 0; round < KILLS; round += 1) {
      const number = `+4931${String(round).padStart(8, '0')}`;
      const body = callTo(number, { sandbox: TALK });
      const key = randomUUID();
      const first = post(key, body).catch(() => null);
      await pause(roll(STRIKE_MS_MAX));
      await server.end('SIGKILL');
      const before_kill = await first;
      await server.start();
      const calls_before = await callsTo(number);
      const { answer } = await insist(tenant.client, '/v1/calls', asked(key, body));
      assert.equal(answer.status, 201, answer.text);
      const id = String((answer.json as PlacedJson).calls[0]?.id);
      const calls = await callsTo(number);
      assert.deepEqual(
        calls.map((call) => call['id']),
        [id],
        'one call, the one that is answered',
      );
      if (before_kill !== null) assert.equal(answer.text, before_kill.text);
      else if (calls_before.length === 1) lost.push(round);
    }
    context.diagnostic(`${lost.length} kills fell between commit and answer`);
    const dials = await tenant.client.all<DialJson>('/v1/test/sandbox/dials');
    assert.ok(dials.every(({ dial_count }) => dial_count === 1));
  });
});
