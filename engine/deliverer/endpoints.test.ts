import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type { Instant } from '../../kernel/brand.ts';
import { Stage, answered, vault } from '../../tests/conformance/webhook_stage.ts';
import type { Sent } from '../../tests/conformance/webhook_stage.ts';
import type { SendResult } from '../../webhooks/delivery.ts';
import { sealedFor } from '../vault.ts';

const failed: SendResult = { result: 'failed', error: 'ECONNRESET: reset', duration_ms: 5 };
const never = new Promise<SendResult>(() => undefined);

function ids(sent: readonly Sent[]): string[] {
  return sent.map((each) => each.request.headers['webhook-id'] ?? '');
}

describe('an endpoint', () => {
  it('that never answers holds up no other', async () => {
    const stage = new Stage();
    const dead = stage.endpoint('dead');
    const well = Array.from({ length: 19 }, (_, index) => stage.endpoint(`well-${index}`));
    stage.sender.receivers.set(dead.url, () => never);
    const deliverer = stage.deliverer({ limits: { in_flight: 20 } });
    for (let call = 0; call < 50; call += 1)
      deliverer.offer(...stage.commit(`call-${call}`, 1, { to: [dead, ...well] }));
    await stage.settle();
    for (const endpoint of well) assert.equal(stage.sender.to(endpoint.url).length, 50);
    assert.equal(stage.sender.to(dead.url).length, 16, 'no more than its share');
  });

  it('that holds the whole pool is set aside within a second', async () => {
    const stage = new Stage();
    const dead = stage.endpoint('dead');
    const well = stage.endpoint('well');
    stage.sender.receivers.set(dead.url, () => never);
    const deliverer = stage.deliverer({ limits: { in_flight: 8 } });
    for (let call = 0; call < 20; call += 1)
      deliverer.offer(...stage.commit(`call-${call}`, 1, { to: [dead] }));
    await stage.settle();
    deliverer.offer(...stage.commit('other', 1, { to: [well] }));
    await stage.settle();
    assert.equal(stage.sender.to(well.url).length, 0);
    await stage.clock.advance(2_100);
    assert.equal(stage.sender.to(well.url).length, 1);
    assert.equal(stage.sender.to(dead.url).length, 8);
  });

  it('that says 410 is switched off at once; the others are told, and its rest fails', async () => {
    const stage = new Stage();
    const gone = stage.endpoint('gone');
    const well = stage.endpoint('well');
    const deaf = stage.endpoint('deaf', { event_types: ['call_created'] });
    stage.sender.receivers.set(gone.url, () => answered(410));
    const heard: string[] = [];
    const tell = (whose: string, { type }: { type: string }) => heard.push(`${whose} ${type}`);
    const deliverer = stage.deliverer({ stream: { tell } });
    for (const sequence of [1, 2, 3])
      deliverer.offer(...stage.commit('call', sequence, { to: [gone] }));
    await stage.settle();
    assert.equal(stage.sender.to(gone.url).length, 1);
    const row = stage.endpoints.get('gone');
    assert.deepEqual([row?.enabled, row?.disabled_reason], [false, 'gone']);
    assert(stage.changes.includes('endpoints gone'));
    const [told] = stage.sender.to(well.url);
    assert.equal(JSON.parse(told?.request.body ?? '').type, 'webhook_endpoint_disabled');
    assert.equal(stage.sender.to(deaf.url).length, 0);
    assert.equal(stage.deliveries.events.length, 1);
    assert.deepEqual(heard, [`${gone.customer_id} webhook_endpoint_disabled`]);
    assert.deepEqual(stage.statuses().slice(0, 3), ['failed', 'failed', 'failed']);
    const last = stage.deliveries.rows.get('gone/call-3');
    assert.equal(last?.tries[0]?.error, 'endpoint disabled');
  });

  it('that fails for too long is switched off, and can be made good by a replay', async () => {
    const stage = new Stage();
    const ill = stage.endpoint('ill');
    stage.sender.receivers.set(ill.url, () => failed);
    const config = { webhook_schedule_s: [60, 60, 60, 60], webhook_disable_after_s: 100 };
    const deliverer = stage.deliverer({ config });
    for (const sequence of [1, 2, 3])
      deliverer.offer(...stage.commit('call', sequence, { to: [ill] }));
    await stage.clock.advance(30_000);
    assert.notEqual(stage.endpoints.get('ill')?.tm_failing_since, null);
    await stage.clock.advance(120_000);
    assert.equal(stage.endpoints.get('ill')?.disabled_reason, 'failing');
    assert.deepEqual(stage.statuses(), ['failed', 'failed', 'failed']);

    const row = stage.endpoints.get('ill') ?? ill;
    stage.endpoints.set('ill', { ...row, enabled: true, disabled_reason: '' });
    stage.sender.receivers.delete(ill.url);
    deliverer.endpointChanged(ill.id);
    await stage.settle();
    const before = stage.sender.sent.length;
    await deliverer.replay([...stage.deliveries.rows.values()].reverse());
    await stage.settle();
    assert.deepEqual(ids(stage.sender.sent.slice(before)), ['call-1', 'call-2', 'call-3']);
    for (const each of stage.deliveries.rows.values()) {
      assert.equal(each.status, 'delivered');
      assert.equal(each.tries.at(-1)?.trigger, 'manual');
    }
  });

  it('forgets that it was failing once it succeeds', async () => {
    const stage = new Stage();
    const ill = stage.endpoint('ill');
    stage.sender.receivers.set(ill.url, () => failed);
    const config = { webhook_schedule_s: [15, 15, 15], webhook_disable_after_s: 100 };
    const deliverer = stage.deliverer({ config });
    deliverer.offer(...stage.commit('call', 1, { to: [ill] }));
    await stage.clock.advance(20_000);
    assert.notEqual(stage.endpoints.get('ill')?.tm_failing_since, null);
    stage.sender.receivers.delete(ill.url);
    await stage.clock.advance(20_000);
    assert.equal(stage.endpoints.get('ill')?.tm_failing_since, null);
  });

  it('that was deleted gets nothing', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    stage.endpoints.delete('a');
    stage.deliverer().offer(...stage.commit('call', 1, { to: [endpoint] }));
    await stage.settle();
    assert.equal(stage.sender.sent.length, 0);
    assert.equal(stage.deliveries.rows.get('a/call-1')?.tries[0]?.error, 'endpoint deleted');
  });

  it('is left alone as long as it asks', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a');
    const asked = { retry_after_ms: 3_000 } as Partial<SendResult>;
    stage.sender.receivers.set(endpoint.url, (_request, count) =>
      count === 1 ? answered(429, asked) : answered(204),
    );
    const deliverer = stage.deliverer();
    deliverer.offer(...stage.commit('one', 1, { to: [endpoint] }));
    await stage.settle();
    deliverer.offer(...stage.commit('two', 1, { to: [endpoint] }));
    await stage.clock.advance(2_900);
    assert.equal(stage.sender.sent.length, 1);
    await stage.clock.advance(3_000);
    assert.deepEqual(ids(stage.sender.sent).sort(), ['one-1', 'one-1', 'two-1']);
  });

  it('is signed for with both secrets while they rotate, and then with the new one', async () => {
    const stage = new Stage();
    const now = Math.floor(Date.now());
    await stage.clock.advance(now - stage.clock.now());
    const old = stage.endpoint('a');
    const other = stage.endpoint('b');
    const sealed = vault.seal(
      vault.open(other.secret_sealed, sealedFor(old.customer_id, other.id)),
      sealedFor(old.customer_id, old.id),
    );
    const until = (stage.clock.now() + 10_000) as Instant;
    const rotating = {
      ...old,
      secret_sealed: sealed,
      old_secret_sealed: old.secret_sealed,
      tm_old_secret_expire: until,
    };
    stage.endpoints.set('a', rotating);
    const deliverer = stage.deliverer();
    deliverer.offer(...stage.commit('one', 1, { to: [rotating] }));
    await stage.clock.advance(11_000);
    deliverer.offer(...stage.commit('two', 1, { to: [rotating] }));
    await stage.settle();
    const verifies = (text: string, sent: Sent | undefined): boolean => {
      const secret = vault.open(text, sealedFor(old.customer_id, old.id));
      try {
        new Webhook(secret).verify(sent?.request.body ?? '', { ...sent?.request.headers });
        return true;
      } catch {
        return false;
      }
    };
    const [during, after] = stage.sender.sent;
    assert.deepEqual([verifies(sealed, during), verifies(old.secret_sealed, during)], [true, true]);
    assert.deepEqual([verifies(sealed, after), verifies(old.secret_sealed, after)], [true, false]);
  });

  it('whose secret does not open is not sent to unsigned', async () => {
    const stage = new Stage();
    const endpoint = stage.endpoint('a', { secret_sealed: 'v1.00000000.AAAA' });
    stage.deliverer().offer(...stage.commit('call', 1, { to: [endpoint] }));
    await stage.clock.advance(5_000);
    assert.equal(stage.sender.sent.length, 0);
    assert.deepEqual(stage.statuses(), ['pending']);
  });
});
