import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Endpoint } from '../../store/rows.ts';
import { Stage, answered } from '../../tests/conformance/webhook_stage.ts';
import type { SendResult } from '../../webhooks/delivery.ts';
import type { Deliverer } from '../deliverer.ts';

/** A deliverer without ticks: what goes on, goes on by itself. */
function ticklessOn(stage: Stage): Deliverer {
  const limits = { kept_per_endpoint: 24, kept: 1_000, in_flight_per_endpoint: 3 };
  return stage.deliverer({ limits, later: () => () => undefined });
}

/** Many calls at once, each with three notices, told to all of these. */
function burst(stage: Stage, deliverer: Deliverer, to: readonly Endpoint[]): string[] {
  const calls = Array.from({ length: 250 }, (_, n) => `call-${String(n).padStart(3, '0')}`);
  for (const sequence of [1, 2, 3])
    for (const call of calls) deliverer.offer(...stage.commit(call, sequence, { to }));
  return calls;
}

function idsTo(stage: Stage, { url }: Endpoint): string[] {
  return stage.sender.to(url).map((each) => each.request.headers['webhook-id'] ?? '');
}

async function settleUntil(stage: Stage, isDone: () => boolean): Promise<void> {
  for (let round = 0; round < 2_000 && !isDone(); round += 1) await stage.clock.settle();
}

describe('an endpoint for which more is waiting than memory keeps', () => {
  it('is read on as soon as there is room: all, once, in order, oldest first', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const calls = burst(stage, ticklessOn(stage), [endpoint]);
    await settleUntil(stage, () => stage.statuses().every((status) => status === 'delivered'));
    const sent = idsTo(stage, endpoint);
    assert.equal(sent.length, 3 * calls.length);
    const expected = calls.flatMap((call) => [1, 2, 3].map((sequence) => `${call}-${sequence}`));
    assert.deepEqual(sent.toSorted(), expected);
    for (const call of calls)
      assert.deepEqual(
        sent.filter((id) => id.startsWith(call)),
        [1, 2, 3].map((sequence) => `${call}-${sequence}`),
      );
    const firsts = sent.filter((id) => id.endsWith('-1')).map((id) => id.slice(0, -2));
    for (const [place, call] of firsts.entries()) {
      const late = place - calls.indexOf(call);
      assert(Math.abs(late) < 24, `${call} went ${late} places late`);
    }
  });

  it('takes turns with others of its kind', async () => {
    const stage = new Stage();
    const both = [stage.endpoint('a'), stage.endpoint('b')];
    burst(stage, ticklessOn(stage), both);
    await settleUntil(stage, () => stage.sender.sent.length >= 700);
    const [one = 0, other = 0] = both.map((endpoint) => idsTo(stage, endpoint).length);
    assert(one > 250 && other > 250, `${one} and ${other}`);
  });

  it('does not put off what is old while more keeps coming', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const deliverer = ticklessOn(stage);
    let young = 0;
    stage.sender.receivers.set(endpoint.url, () => {
      // One more for each that goes: memory would never be less full than it is.
      const call = `young-${String((young += 1)).padStart(4, '0')}`;
      const next = (): void => deliverer.offer(...stage.commit(call, 1, { to: [endpoint] }));
      if (young <= 800) setImmediate(next);
      return answered(204);
    });
    const calls = burst(stage, deliverer, [endpoint]);
    await settleUntil(stage, () => stage.statuses().every((status) => status === 'delivered'));
    const sent = idsTo(stage, endpoint);
    assert.equal(sent.length, 800 + 3 * calls.length);
    const last = sent.findLastIndex((id) => id.startsWith('call'));
    assert(last < 1_100, `the last of the old ones went as number ${last}`);
  });

  it('asks the database nothing while no room comes free', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    stage.sender.receivers.set(endpoint.url, () => new Promise<SendResult>(() => undefined));
    burst(stage, ticklessOn(stage), [endpoint]);
    await stage.settle();
    let asked = 0;
    const { deliveries } = stage;
    const pending = deliveries.pending.bind(deliveries);
    deliveries.pending = (...args) => {
      asked += 1;
      return pending(...args);
    };
    await stage.settle();
    assert.equal(asked, 0);
  });

  it('goes on by the tick when the database was away', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const { deliveries } = stage;
    const pending = deliveries.pending.bind(deliveries);
    let away = 3;
    deliveries.pending = (node, limit, part) => {
      const isPage = part !== undefined && 'after' in part;
      if (isPage && (away -= 1) >= 0) return Promise.reject(new Error('away'));
      return pending(node, limit, part);
    };
    burst(stage, stage.deliverer({ limits: { kept_per_endpoint: 24 } }), [endpoint]);
    await stage.clock.advance(5_000);
    await settleUntil(stage, () => stage.statuses().every((status) => status === 'delivered'));
    assert.equal(idsTo(stage, endpoint).length, 750);
    assert(away < 0, 'it was away indeed');
  });
});

describe('what was sent, before the database knows', () => {
  it('is not sent again by whoever reads meanwhile', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const deliverer = stage.deliverer();
    stage.deliveries.broken = 2;
    deliverer.offer(...stage.commit('call', 1, { to: [endpoint] }));
    await stage.settle();
    await deliverer.recover('node-1');
    deliverer.offer(...stage.commit('call', 2, { to: [endpoint] }), true);
    await stage.clock.advance(5_000);
    assert.deepEqual(idsTo(stage, endpoint), ['call-1', 'call-2']);
    assert.deepEqual(stage.statuses(), ['delivered', 'delivered']);
  });

  it('stays with the node that has adopted it', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const answers: ((result: SendResult) => void)[] = [];
    stage.sender.receivers.set(
      endpoint.url,
      () => new Promise<SendResult>((resolve) => answers.push(resolve)),
    );
    stage.deliverer().offer(...stage.commit('call', 1, { to: [endpoint] }));
    await stage.settle();
    const { rows } = stage.deliveries;
    const [row] = rows.values();
    assert(row !== undefined);
    const adopted = { ...row, node: 'node-2' };
    rows.set(row.id, adopted);
    for (const answer of answers) answer(answered(500));
    await stage.clock.advance(10_000);
    assert.deepEqual(rows.get(row.id), adopted);
    assert.equal(stage.sender.sent.length, 1);
  });
});
