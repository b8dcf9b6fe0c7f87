import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Client, clientOf, type Json } from '../../cli/stage/client.ts';
import { type Serving, serve } from '../../cli/serve.ts';
import { readConfig } from '../../config.ts';

interface Person {
  readonly id: string;
  readonly client: Client;
}

/** Numbers and incoming calls through the whole server, on a clock that is moved by hand. */
describe('numbers and the calls to them', () => {
  const data_dir = mkdtempSync(join(tmpdir(), 'tandem-incoming-'));
  let serving: Serving;
  let admin: Client;
  let ann: Person;
  let bob: Person;

  before(async () => {
    const settings = {
      PORT: '0',
      HOST: '127.0.0.1',
      TANDEM_TEST_CLOCK: '1',
      TANDEM_RATE_LIMIT_PER_S: '0',
    };
    const env = { ...settings, DATA_DIR: data_dir, TANDEM_LOG_LEVEL: 'silent' };
    serving = await serve(readConfig(env));
    admin = clientOf(serving.url, serving.new_admin_key ?? '');
    ann = await person('Ann', '10.00');
    bob = await person('Bob', null);
  });
  after(async () => {
    await serving.stop();
    rmSync(data_dir, { recursive: true, force: true });
  });

  async function person(name: string, amount: string | null): Promise<Person> {
    const customer = await admin.post('/customers', { name });
    const account = String(customer['billing_account_id']);
    if (amount !== null)
      await admin.post(`/billing_accounts/${account}/topup`, { payment_id: name, amount });
    const id = String(customer['id']);
    const key = await admin.post(`/accesskeys?customer_id=${id}`, { name: 'test', live: false });
    return { id, client: clientOf(serving.url, String(key['token'])) };
  }

  const flow = async (...actions: Json[]): Promise<string> =>
    String((await ann.client.post('/flows', { name: 'flow', actions }))['id']);

  const buy = async (number: string, call_flow_id?: string): Promise<string> => {
    const wish = { number, ...(call_flow_id === undefined ? {} : { call_flow_id }) };
    return String((await ann.client.post('/numbers', wish))['id']);
  };

  const ring = (to: string, more: Json = {}): Promise<Json> =>
    ann.client.post('/test/calls/incoming', { from: '+15005550142', to, ...more });

  const pass = (seconds: number): Promise<Json> => admin.post('/test/clock/advance', { seconds });

  /** The call once it is over: what a moved clock wakes may need a moment. */
  const ended = async (answer: Json): Promise<Json> => {
    for (let tries = 1; tries < 2_000; tries += 1) {
      const leg = await call(answer);
      if (leg['status'] === 'hangup') return leg;
      // Asked often between the steps, so that what was woken is done before the next are due.
      if (tries % 50 === 0) await pass(5);
    }
    return assert.fail('the call does not end');
  };

  const call = (answer: Json): Promise<Json> =>
    ann.client.get(`/calls/${String((answer['call'] as Json)['id'])}`);

  it('sells a number to one customer, for the first month, and not to the next', async () => {
    await buy('+12125550110');
    const again = await ann.client.ask('POST', '/numbers', { number: '+12125550110' });
    assert.deepEqual([again.status, (again.body['error'] as Json)['code']], REFUSED_SALE);
    const unpaid = await bob.client.ask('POST', '/numbers', { number: '+12125550111' });
    assert.equal(unpaid.status, 402);
    // What could not be paid for is free for others.
    await buy('+12125550111');
  });

  it('sells a number once to two who ask at the same time', async () => {
    const wish = { number: '+12125550112' };
    const answers = await Promise.all(
      [1, 2, 3].map(() => ann.client.ask('POST', '/numbers', wish)),
    );
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [201, 422, 422]);
  });

  it('hides numbers from other customers', async () => {
    const id = await buy('+12125550113');
    assert.equal((await bob.client.ask('GET', `/numbers/${id}`)).status, 404);
    assert.deepEqual((await bob.client.get('/numbers'))['result'], []);
    const ringing = await bob.client.ask('POST', '/test/calls/incoming', { to: '+12125550113' });
    assert.equal(ringing.status, 404);
  });

  it('answers a call, charges it, and hangs up when the caller does', async () => {
    const to = '+12125550114';
    await buy(to, await flow({ type: 'answer' }, { type: 'sleep', option: { duration: 60_000 } }));
    const taken = await ring(to, { talk_ms: 20_000 });
    assert.equal(taken['taken'], true);
    await pass(40);
    const leg = await ended(taken);
    assert.deepEqual([leg['direction'], leg['status'], leg['hangup_by']], IN_BY_CALLER);
    assert.equal(leg['amount'], '0.002');
  });

  it('takes a call once, however often it is told of', async () => {
    const to = '+12125550115';
    await buy(to, await flow({ type: 'answer' }, { type: 'sleep', option: { duration: 60_000 } }));
    const told = { leg_ref: 'the-same', talk_ms: 5_000 };
    const [one, other] = await Promise.all([ring(to, told), ring(to, told)]);
    assert.equal((one['call'] as Json)['id'], (other['call'] as Json)['id']);
    await pass(20);
  });

  it('lets callers ring who are not answered, until it is enough', async () => {
    const to = '+12125550116';
    await buy(to, await flow({ type: 'sleep', option: { duration: 3_600_000 } }));
    const gives_up = await ring(to, { ring_ms: 2_000 });
    await pass(3);
    assert.equal((await ended(gives_up))['hangup_reason'], 'normal');
    const waits = await ring(to, { ring_ms: 3_600_000 });
    await pass(60);
    assert.equal((await ended(waits))['hangup_reason'], 'noanswer');
  });

  const refusals: readonly (readonly [string, number, (to: string) => Promise<Json>])[] = [
    ['flow_missing', 480, (to) => buy(to).then(() => ring(to))],
    ['blocked', 603, (to) => blocked(to)],
    ['verification_failed', 0, (to) => unverified(to)],
  ];

  async function blocked(to: string): Promise<Json> {
    await buy(to, await flow({ type: 'answer' }));
    await ann.client.post('/caller_rules', { action: 'block', pattern: '+4930*' });
    return ring(to, { from: '+4930123456' });
  }

  async function unverified(to: string): Promise<Json> {
    await buy(to, await flow({ type: 'answer' }));
    const config = { verification: 'refuse' };
    assert.equal((await ann.client.ask('PUT', '/inbound_config', config)).status, 200);
    return ring(to, { verstat: 'failed' });
  }

  for (const [index, [reason, sip_code, happen]] of refusals.entries())
    it(`turns away and writes down: ${reason}`, async () => {
      const to = `+1212555012${index}`;
      const answer = await happen(to);
      assert.deepEqual([answer['taken'], answer['call']], [false, null]);
      if (sip_code !== 0) assert.equal(answer['sip_code'], sip_code);
      const found = await ann.client.get('/refused_calls?page_size=100');
      const rows = (found['result'] as Json[]).filter((row) => row['destination'] === to);
      assert.equal(rows.length, 1);
      if (sip_code !== 0) assert.equal(rows[0]?.['reason'], reason);
      assert.deepEqual((await bob.client.get('/refused_calls'))['result'], []);
    });

  it('lets numbers here call each other, and ends what goes in circles', async () => {
    const [one, other] = ['+12125550130', '+12125550131'];
    const tel = (target: string): Json => ({ type: 'tel', target });
    const to = (target: string): Json => ({
      type: 'connect',
      option: { source: tel('+15005550142'), destinations: [tel(target)] },
    });
    await buy(one, await flow(to(other)));
    await buy(other, await flow(to(one)));
    const { calls } = (await ann.client.post('/calls', {
      source: tel('+15005550142'),
      destinations: [tel(one)],
      actions: [{ type: 'talk', option: { text: 'Hello.' } }],
    })) as { calls: Json[] };
    await ended({ call: calls[0] ?? {} });
    const live = async (): Promise<Json[]> =>
      ((await ann.client.get('/calls?page_size=100'))['result'] as Json[]).filter(
        ({ status }) => status !== 'hangup',
      );
    for (let tries = 0; tries < 100 && (await live()).length > 0; tries += 1) await pass(5);
    assert.deepEqual(await live(), []);
    const refused = await ann.client.get('/refused_calls?reason=loop_detected');
    assert.ok((refused['result'] as Json[]).length > 0);
  });

  it('charges the next month, and gives up what its customer leaves behind', async () => {
    await pass(32 * 86_400);
    const rows = (await ann.client.get('/numbers?page_size=100'))['result'] as Json[];
    assert.ok(rows.length > 0);
    assert.equal((await admin.ask('DELETE', `/customers/${ann.id}`)).status, 200);
    const gone = await admin.ask('GET', `/numbers/${String(rows[0]?.['id'])}`);
    assert.ok(gone.status === 404 || gone.body['status'] === 'deleted');
  });
});

const REFUSED_SALE = [422, 'number_unavailable'];
const IN_BY_CALLER = ['incoming', 'hangup', 'remote'];
