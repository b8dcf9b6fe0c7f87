import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { StoreError } from '../../store/store.ts';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';

const ORDER = {
  source: { type: 'tel', target: '+15005550010' },
  destinations: [{ type: 'tel', target: '+15005550006' }],
  actions: [{ type: 'hangup' }],
};

describe('a POST with an Idempotency-Key', () => {
  let bench: ApiBench;
  let key: string;
  beforeEach(async () => {
    bench = await openBench();
    key = (await bench.customer('Example')).key;
  });
  afterEach(() => bench.close());
  const post = (name: string, body: unknown = ORDER, as = key): Promise<Reply> =>
    bench.send('POST', '/v1/calls', { key: as, body, headers: { 'idempotency-key': name } });

  it('answers its repetition as the first time, and says so', async () => {
    const [first, second] = [await post('a'), await post('a')];
    assert.equal(first.status, 201);
    assert.deepEqual([second.status, second.text], [201, first.text]);
    assert.equal(first.headers.get('idempotent-replayed'), null);
    assert.equal(second.headers.get('idempotent-replayed'), 'true');
    assert.equal(bench.exchange.orders.length, 1);
  });

  it('takes the same content in another order for the same', async () => {
    await post('a');
    const { source, destinations, actions } = ORDER;
    assert.equal((await post('a', { actions, destinations, source })).status, 201);
    assert.equal(bench.exchange.orders.length, 1);
  });

  it('refuses another content, and does nothing', async () => {
    await post('a');
    const other = await post('a', { ...ORDER, dial_timeout: 30 });
    assert.deepEqual([other.status, code(other)], [422, 'idempotency_mismatch']);
    assert.equal(bench.exchange.orders.length, 1);
  });

  it('is apart from the same key of another customer', async () => {
    const other = (await bench.customer('Other')).key;
    const [mine, theirs] = [await post('a'), await post('a', ORDER, other)];
    assert.notEqual(mine.text, theirs.text);
    assert.equal(theirs.headers.get('idempotent-replayed'), null);
  });

  it('leaves the key free when it was refused', async () => {
    assert.equal((await post('a', { ...ORDER, dial_timeout: 1 })).status, 400);
    const looped = [{ id: 'x', type: 'goto', option: { target_id: 'nowhere', loop_count: 1 } }];
    assert.equal((await post('a', { ...ORDER, actions: looped })).status, 422);
    assert.equal((await post('a')).status, 201);
  });

  it('runs once among a hundred at once', async () => {
    const gate = Promise.withResolvers<void>();
    bench.exchange.gate = gate.promise;
    const all = Array.from({ length: 100 }, () => post('a'));
    const busy = await Promise.any(all);
    assert.deepEqual([busy.status, code(busy)], [409, 'idempotency_in_progress']);
    assert.equal(busy.headers.get('retry-after'), '1');
    gate.resolve();
    const replies = await Promise.all(all);
    const statuses = replies.map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 201).length >= 1, true);
    assert.equal(
      statuses.every((status) => status === 201 || status === 409),
      true,
    );
    assert.equal(bench.exchange.orders.length, 1);
  });

  it('makes the same calls when it is sent again after its answer was lost', async () => {
    bench.exchange.failure = new StoreError('later', 'the database is away');
    const lost = await post('a');
    assert.deepEqual([lost.status, code(lost)], [503, 'service_unavailable']);
    assert.equal(lost.headers.get('retry-after'), '1');
    const again = await post('a');
    assert.equal(again.status, 201);
    const { body } = await bench.send('GET', '/v1/calls', { key });
    const rows = body['result'] as { id: string }[];
    assert.deepEqual(
      rows.map(({ id }) => id),
      [callId(again)],
    );
    assert.equal(callId(await post('a')), callId(again));
  });

  it('keeps no secret in the store that an answer showed', async () => {
    const send = (): Promise<Reply> =>
      bench.send('POST', '/v1/accesskeys', {
        key,
        body: { name: 'k' },
        headers: { 'idempotency-key': 'k' },
      });
    const complete = bench.store.idempotency.complete;
    const kept: string[] = [];
    Object.assign(bench.store.idempotency, {
      complete: (name: string, status: number, body: string) => {
        kept.push(body);
        return complete.call(bench.store.idempotency, name, status, body);
      },
    });
    const [first, second] = [await send(), await send()];
    assert.equal(second.body['token'], first.body['token']);
    assert.equal(kept.length, 1);
    assert.equal(kept[0]?.includes(first.body['token'] as string), false);
  });

  it('refuses a key that is not printable ASCII of 1 to 255', async () => {
    for (const name of ['x'.repeat(256), 'a\tb', 'é']) {
      const reply = await post(name);
      assert.deepEqual([reply.status, code(reply)], [400, 'idempotency_key_invalid'], name);
    }
  });
});

function code({ body }: Reply): string {
  return (body['error'] as { code: string }).code;
}

function callId({ body }: Reply): string {
  return (body['calls'] as { id: string }[])[0]?.id ?? '';
}
