/** The whole product in front of both emulated carriers, over their real SDKs. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startEmulation, type Emulation } from '../../cli/emulate.ts';
import { type ApiClient, apiClient, type CallJson, type PlacedJson } from './api_client.ts';
import { adminClient, callTo, makeTenant, quickSettings, type Tenant } from './harness.ts';
import { newServer, scratchFolder, type TandemServer } from './tandem_process.ts';
import { startSink, type WebhookSink } from './webhook_sink.ts';

const PUBLIC = 'https://tandem.example';
const CALLEE = '+493012345678';
const PRICE = { rate_per_minute: '0.01', initial_s: 1, increment_s: 1 };

describe('a call over real carriers, emulated', () => {
  let server: TandemServer;
  let sink: WebhookSink;
  let tenant: Tenant;
  let client: ApiClient;
  let twilio: Emulation;
  let vonage: Emulation;

  before(async () => {
    sink = await startSink();
    server = await newServer(quickSettings({ PUBLIC_URL: PUBLIC }));
    await server.start();
    const url = () => server.url;
    tenant = await makeTenant({ url, sink });
    const admin = adminClient(url);
    const wish = { name: 'live', live: true };
    const key = await admin.post(`/v1/accesskeys?customer_id=${tenant.customer_id}`, wish);
    client = apiClient(url, String(key['token']));
    const order = { port: 0, origins: { [PUBLIC]: server.url }, folder: scratchFolder() };
    twilio = await startEmulation({ ...order, carrier: 'twilio' });
    vonage = await startEmulation({ ...order, carrier: 'vonage' });
    for (const [priority, { provider }] of [twilio, vonage].entries()) {
      const { id: provider_id } = await admin.post('/v1/providers', provider);
      const route = { name: provider.name, provider_id, target: '+49', price: PRICE };
      const { customer_id } = tenant;
      await admin.post('/v1/routes', { ...route, customer_id, priority: priority + 1 });
    }
    for (const { emulator } of [twilio, vonage])
      emulator.network.script(CALLEE, { ringing_ms: 50, answer_ms: 200, digits: '7' });
  });
  after(async () => {
    await server?.end();
    await twilio?.emulator.close();
    await vonage?.emulator.close();
    await sink?.stop();
  });

  const ACTIONS = [
    { type: 'talk', option: { text: 'Press a key.' } },
    { type: 'digits_receive', option: { length: 1, duration: 3_000 } },
    { type: 'talk', option: { text: 'Thanks for ${voipbin.call.digits}.' } },
    { type: 'hangup' },
  ];

  async function whole(): Promise<CallJson> {
    const body = callTo(CALLEE, { actions: ACTIONS });
    const { calls } = await client.post<PlacedJson>('/v1/calls', body);
    const id = calls[0]?.id ?? '';
    await sink.until(({ type, subject }) => type === 'call_hangup' && subject === id);
    return client.get<CallJson>(`/v1/calls/${id}`);
  }
  const lines = ({ emulator }: Emulation) => emulator.network.records;
  const statuses = (id: string) =>
    sink.hooks.filter(({ subject }) => subject === id).map(({ type }) => type);

  it('runs its flow on Twilio, keys and all', async () => {
    const call = await whole();
    assert.equal(call.hangup_reason, 'normal');
    assert.equal(call.provider?.type, 'twilio');
    assert.ok(lines(twilio)[0]?.heard.includes('say: Thanks for 7.'));
    assert.deepEqual(twilio.emulator.journal.complaints, []);
    assert.equal(lines(vonage).length, 0);
    assert.ok(statuses(call.id).length >= 4);
  });

  it('goes out over Vonage when Twilio certainly did not place it', async () => {
    const before_it = lines(twilio).length;
    twilio.emulator.faults.add({ on: 'calls.create', do: 'refuse', status: 429 });
    const call = await whole();
    assert.equal(call.provider?.type, 'vonage');
    assert.equal(call.attempts.length, 2);
    assert.equal(lines(twilio).length, before_it);
    assert.equal(lines(vonage).length, 1);
    assert.ok(lines(vonage)[0]?.heard.some((each) => each.startsWith('talk: Thanks')));
    assert.deepEqual(vonage.emulator.journal.complaints, []);
  });

  it('rings once when the answer of Twilio is lost', async () => {
    const [mine, theirs] = [lines(twilio).length, lines(vonage).length];
    twilio.emulator.faults.add({ on: 'calls.create', do: 'reset_after' });
    const call = await whole();
    assert.equal(call.provider?.type, 'twilio');
    assert.equal(call.attempts.length, 1);
    assert.equal(lines(twilio).length, mine + 1);
    assert.equal(lines(vonage).length, theirs);
  });

  for (const fault of ['drop', 'unsigned', 'wrong_secret'] as const)
    it(`ends, though every status of Twilio is lost or forged: ${fault}`, async () => {
      twilio.emulator.faults.add({ on: 'status.*', do: fault, times: 0 });
      try {
        const call = await whole();
        assert.equal(call.provider?.type, 'twilio');
        assert.equal(call.hangup_reason, 'normal');
      } finally {
        twilio.emulator.faults.clear();
      }
    });
});
