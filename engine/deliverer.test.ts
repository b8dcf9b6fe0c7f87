import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Stage, answered } from '../tests/conformance/webhook_stage.ts';
import type { Sent } from '../tests/conformance/webhook_stage.ts';
import type { SendResult } from '../webhooks/delivery.ts';

const failed: SendResult = { result: 'failed', error: 'ECONNRESET: reset', duration_ms: 5 };

function ids(sent: readonly Sent[]): string[] {
  return sent.map((each) => each.request.headers['webhook-id'] ?? '');
}

function gaps(sent: readonly Sent[]): number[] {
  return sent.slice(1).map((each, index) => each.at - (sent[index]?.at ?? 0));
}

describe('a delivery', () => {
  it('is sent signed, once, and written down', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const deliverer = stage.deliverer();
    deliverer.offer(...stage.commit('call', 1, { to: [endpoint] }));
    await stage.settle();
    const [only] = stage.sender.sent;
    assert(only !== undefined && stage.sender.sent.length === 1);
    assert.equal(only.request.method, 'POST');
    assert.match(only.request.headers['webhook-signature'] ?? '', /^v1,\S{44}$/);
    const body: unknown = JSON.parse(only.request.body ?? '');
    assert.deepEqual(body, {
      id: 'call-1',
      type: 'call_updated',
      timestamp: '2026-01-01T00:00:00.000Z',
      sequence: 1,
      api_version: 'v1',
      data: { id: 'call', sequence: 1 },
    });
    const row = stage.deliveries.rows.get('a/call-1');
    assert.deepEqual([row?.status, row?.next_at, row?.tries.length], ['delivered', null, 1]);
    assert.equal(row?.tries[0]?.trigger, 'first');
    assert.deepEqual(deliverer.gauges(), { in_flight: 0, kept: 0 });
  });

  it('is tried again by the timetable, the same but for its fresh signature', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    stage.sender.receivers.set(endpoint.url, (_request, count) => answered(count < 3 ? 500 : 200));
    stage.deliverer().offer(...stage.commit('call', 1, { to: [endpoint] }));
    await stage.clock.advance(20_000);
    const { sent } = stage.sender;
    assert.equal(sent.length, 3);
    assert.equal(new Set(sent.map((each) => each.request.body)).size, 1);
    assert.equal(new Set(ids(sent)).size, 1);
    const [one = 0, two = 0] = gaps(sent);
    assert(one >= 850 && one <= 1_150 && two >= 1_700 && two <= 2_300, gaps(sent).join());
    for (const { request, at } of sent)
      assert.equal(request.headers['webhook-timestamp'], String(Math.floor(at / 1_000)));
    const row = stage.deliveries.rows.get('a/call-1');
    assert.deepEqual(
      row?.tries.map((each) => [each.trigger, each.status_code]),
      [
        ['first', 500],
        ['retry', 500],
        ['retry', 200],
      ],
    );
  });

  it('fails for good when the timetable is through', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    stage.sender.receivers.set(endpoint.url, () => answered(500, { body: 'x'.repeat(5_000) }));
    stage.deliverer().offer(...stage.commit('call', 1, { to: [endpoint] }));
    await stage.clock.advance(60_000);
    assert.equal(stage.sender.sent.length, 4);
    const row = stage.deliveries.rows.get('a/call-1');
    assert.deepEqual([row?.status, row?.next_at, row?.tries.length], ['failed', null, 4]);
    assert.equal(row?.tries[0]?.response?.length, 1_024);
  });

  it('waits for what comes before it in its call, and for nothing else', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const deliverer = stage.deliverer();
    stage.sender.receivers.set(endpoint.url, (request, count) =>
      request.headers['webhook-id'] === 'one-1' && count === 1 ? failed : answered(204),
    );
    for (const sequence of [1, 2, 3])
      for (const call of ['one', 'two'])
        deliverer.offer(...stage.commit(call, sequence, { to: [endpoint] }));
    await stage.settle();
    assert.deepEqual(ids(stage.sender.sent), ['one-1', 'two-1', 'two-2', 'two-3']);
    deliverer.offer(...stage.commit('one', 4, { to: [endpoint] }));
    await stage.clock.advance(2_000);
    const later = ids(stage.sender.sent).slice(4);
    assert.deepEqual(later, ['one-1', 'one-2', 'one-3', 'one-4']);
  });

  it('lets the next one go after giving up on the one before', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const deliverer = stage.deliverer();
    stage.sender.receivers.set(endpoint.url, (request) =>
      answered(request.headers['webhook-id'] === 'call-1' ? 500 : 200),
    );
    for (const sequence of [1, 2])
      deliverer.offer(...stage.commit('call', sequence, { to: [endpoint] }));
    await stage.clock.advance(60_000);
    assert.deepEqual(ids(stage.sender.sent), ['call-1', 'call-1', 'call-1', 'call-1', 'call-2']);
    assert.deepEqual(stage.statuses(), ['failed', 'delivered']);
  });
});

describe('what is not in memory', () => {
  it('is not forgotten when it is committed while its line is being read', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const deliverer = stage.deliverer();
    deliverer.offer(...stage.commit('call', 2, { to: [endpoint] }), true);
    await new Promise((resolve) => setImmediate(resolve));
    for (const sequence of [3, 5, 6, 7])
      deliverer.offer(...stage.commit('call', sequence, { to: [endpoint] }));
    await stage.settle();
    assert.deepEqual(ids(stage.sender.sent), ['call-2', 'call-3', 'call-5', 'call-6', 'call-7']);
  });

  it('is fetched at once when a line has a gap', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const deliverer = stage.deliverer();
    deliverer.offer(...stage.commit('call', 1, { to: [endpoint] }));
    stage.commit('call', 2, { to: [endpoint] });
    deliverer.offer(...stage.commit('call', 3, { to: [endpoint] }));
    await stage.settle();
    assert.deepEqual(ids(stage.sender.sent), ['call-1', 'call-2', 'call-3']);
  });

  it('is taken up at the start, in order', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    for (const sequence of [3, 1, 2])
      for (const call of ['one', 'two']) stage.commit(call, sequence, { to: [endpoint] });
    stage.commit('other', 1, { to: [endpoint], node: 'node-2' });
    await stage.deliverer().recover('node-1');
    await stage.settle();
    const sent = ids(stage.sender.sent);
    for (const call of ['one', 'two'])
      assert.deepEqual(
        sent.filter((id) => id.startsWith(call)),
        [`${call}-1`, `${call}-2`, `${call}-3`],
      );
    assert(!sent.includes('other-1'), 'that is for the node it belongs to');
  });

  it('waits in SQL when memory is full, and comes when there is room', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const open: ((result: SendResult) => void)[] = [];
    stage.sender.receivers.set(
      endpoint.url,
      () => new Promise<SendResult>((resolve) => open.push(resolve)),
    );
    const deliverer = stage.deliverer({ limits: { kept_per_endpoint: 40, kept: 40 } });
    for (let call = 0; call < 300; call += 1)
      for (const sequence of [1, 2])
        deliverer.offer(...stage.commit(`call-${call}`, sequence, { to: [endpoint] }));
    assert(deliverer.gauges().kept <= 41);
    for (let round = 0; round < 400; round += 1) {
      for (const resolve of open.splice(0)) resolve(answered(204));
      await stage.settle();
      if (open.length === 0) await stage.clock.advance(1_000);
    }
    const sent = ids(stage.sender.sent);
    assert.equal(new Set(sent).size, 600);
    assert.equal(sent.length, 600);
    for (let call = 0; call < 300; call += 1)
      assert(sent.indexOf(`call-${call}-1`) < sent.indexOf(`call-${call}-2`));
  });

  it('is waited for when another node has it', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const deliverer = stage.deliverer();
    stage.commit('call', 1, { to: [endpoint], node: 'node-2' });
    deliverer.offer(...stage.commit('call', 2, { to: [endpoint] }), true);
    await stage.clock.advance(1_000);
    assert.equal(stage.sender.sent.length, 0);
    const first = stage.deliveries.rows.get('a/call-1');
    assert(first !== undefined);
    stage.deliveries.rows.set(first.id, { ...first, status: 'delivered', next_at: null });
    await stage.clock.advance(5_000);
    assert.deepEqual(ids(stage.sender.sent), ['call-2']);
  });

  it('is found although nobody offered it', async () => {
    const stage = new Stage();
    stage.deliverer();
    stage.commit('call', 1, { to: [stage.endpoint('a')] });
    await stage.clock.advance(31_000);
    assert.deepEqual(ids(stage.sender.sent), ['call-1']);
  });
});

describe('a database that is away', () => {
  it('gets the results when it is back, and nothing is sent twice meanwhile', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const deliverer = stage.deliverer();
    stage.deliveries.broken = 3;
    for (const sequence of [1, 2])
      deliverer.offer(...stage.commit('call', sequence, { to: [endpoint] }));
    await stage.clock.advance(10_000);
    assert.deepEqual(ids(stage.sender.sent), ['call-1', 'call-2']);
    assert.deepEqual(stage.statuses(), ['delivered', 'delivered']);
  });
});

describe('stopping', () => {
  it('begins nothing more, and waits for what is under way and its result', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const answers: ((result: SendResult) => void)[] = [];
    stage.sender.receivers.set(
      endpoint.url,
      () => new Promise<SendResult>((resolve) => answers.push(resolve)),
    );
    const deliverer = stage.deliverer();
    for (const sequence of [1, 2])
      deliverer.offer(...stage.commit('call', sequence, { to: [endpoint] }));
    await stage.settle();
    let stopped = false;
    const stopping = deliverer.stop().then(() => (stopped = true));
    await stage.settle();
    assert.equal(stopped, false);
    for (const resolve of answers) resolve(answered(204));
    await stopping;
    assert.deepEqual(ids(stage.sender.sent), ['call-1']);
    assert.deepEqual(stage.statuses(), ['delivered', 'pending']);
    await stage.deliverer().recover('node-1');
    stage.sender.receivers.delete(endpoint.url);
    await stage.settle();
    assert.deepEqual(stage.statuses(), ['delivered', 'delivered']);
  });
});
