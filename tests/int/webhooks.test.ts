import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { rollerOf } from '../../kernel/random.ts';
import { Bench, told } from './webhooks_bench.ts';
import type { Received } from './webhooks_bench.ts';

/** First deliveries of each call as they came in, by call. */
function firstsByCall(got: readonly Received[]): Map<string, number[]> {
  const calls = new Map<string, number[]>();
  const seen = new Set<string>();
  for (const each of got) {
    const { id, order_key, sequence } = told(each);
    if (seen.has(id)) continue;
    seen.add(id);
    calls.set(order_key, [...(calls.get(order_key) ?? []), sequence]);
  }
  return calls;
}

describe('webhooks, from the database to the socket', () => {
  let bench: Bench;
  before(async () => {
    bench = await Bench.open();
  });
  after(async () => {
    await bench.close();
  });

  it('verify over the raw body, each try with a fresh signature', async () => {
    const { endpoint, receiver } = await bench.endpoint();
    const library = new Webhook(bench.secrets.get(endpoint.id) ?? '');
    receiver.answer = (response) =>
      void response.writeHead(receiver.got.length < 3 ? 500 : 200).end('x'.repeat(3_000));
    bench.deliverer().offer(...(await bench.commit(bench.chance.uuid(), 1, [endpoint])));
    await bench.idle();
    assert.equal(receiver.got.length, 3);
    for (const { body, headers, at } of receiver.got) {
      const plain = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, String(value)]),
      );
      library.verify(body, plain);
      assert(Math.abs(Number(headers['webhook-timestamp']) * 1_000 - at) < 5_000);
      assert.throws(() => library.verify(body.replace('ringing', 'Ringing'), plain));
    }
    assert.equal(new Set(receiver.got.map((each) => each.body)).size, 1);
    const { rows } = await bench.store.deliveries.list(
      bench.customer_id,
      { endpoint_id: endpoint.id },
      { size: 10, before: null },
    );
    const [row] = rows;
    assert.deepEqual(
      [row?.status, row?.tries.map((each) => each.status_code)],
      ['delivered', [500, 500, 200]],
    );
    assert.equal(row?.tries[0]?.response?.length, 1_024);
  });

  it('arrive in order for each of 100 calls at a receiver that fails now and then', async () => {
    const { endpoint, receiver } = await bench.endpoint();
    const roll = rollerOf(11);
    receiver.answer = (response) => {
      const status = roll(10) < 3 ? 500 : 204;
      setTimeout(() => response.writeHead(status).end(), roll(5));
    };
    const config = { webhook_schedule_s: Array(20).fill(0.02), webhook_disable_after_s: 3_600 };
    const deliverer = bench.deliverer({ config });
    const calls = Array.from({ length: 100 }, () => bench.chance.uuid());
    for (let sequence = 1; sequence <= 4; sequence += 1)
      for (const call of calls)
        deliverer.offer(...(await bench.commit(call, sequence, [endpoint])));
    await bench.idle();
    const firsts = firstsByCall(receiver.got);
    for (const call of calls) assert.deepEqual(firsts.get(call), [1, 2, 3, 4]);
    assert(receiver.got.length > 450, 'the failures did happen');
  });

  it('reach 19 endpoints while a twentieth never answers', async () => {
    const well = await Promise.all(Array.from({ length: 19 }, () => bench.endpoint()));
    const dead = await bench.endpoint();
    dead.receiver.answer = () => undefined;
    const all = [dead, ...well].map((each) => each.endpoint);
    const deliverer = bench.deliverer({ limits: { in_flight: 32 } });
    for (let call = 0; call < 50; call += 1)
      deliverer.offer(...(await bench.commit(bench.chance.uuid(), 1, all)));
    while (well.some(({ receiver }) => receiver.got.length < 50))
      await new Promise((resolve) => setTimeout(resolve, 10));
    const { in_flight } = deliverer.gauges();
    assert(in_flight >= 1, 'all others were served while the dead one still kept us waiting');
    assert(dead.receiver.got.length <= 16);
    await deliverer.stop();
  });

  it('that were pending when a process ended are sent by the next, none left out', async () => {
    const { endpoint, receiver } = await bench.endpoint();
    receiver.answer = (response) => void response.writeHead(503).end();
    const first = bench.deliverer({
      config: { webhook_schedule_s: [600], webhook_disable_after_s: 3_600 },
    });
    const calls = Array.from({ length: 20 }, () => bench.chance.uuid());
    for (const call of calls)
      for (let sequence = 1; sequence <= 3; sequence += 1)
        first.offer(...(await bench.commit(call, sequence, [endpoint])));
    while (receiver.got.length < 20) await new Promise((resolve) => setTimeout(resolve, 10));
    await first.stop();
    receiver.answer = (response) => void response.writeHead(204).end();
    receiver.got.length = 0;
    const second = bench.deliverer();
    await second.recover('node-1');
    const page = { size: 100, before: null };
    const listed = await bench.store.deliveries.list('all', { endpoint_id: endpoint.id }, page);
    assert.equal(listed.rows.filter((row) => row.status === 'pending').length, 60);
    await second.replay(listed.rows);
    while (receiver.got.length < 60) await new Promise((resolve) => setTimeout(resolve, 10));
    const firsts = firstsByCall(receiver.got);
    for (const call of calls) assert.deepEqual(firsts.get(call), [1, 2, 3]);
    await second.stop();
  });
});
