import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PlaceOrder } from '../../engine/engine.ts';
import { actions as language } from '../../flows/actions/index.ts';
import { normalizeFlow } from '../../flows/normalize.ts';
import type { Instant } from '../../kernel/brand.ts';
import type { Customer } from '../../store/rows.ts';
import { customerId } from '../simulation/furniture.ts';
import { type Plan, planFor } from '../simulation/plan.ts';
import { START } from '../simulation/sim_clock.ts';
import { openWorld, startNode, type World } from '../simulation/world.ts';

/** More than one page of them. */
const CALLS = 130;
const NAMES = ['leaving', 'staying'];

it('all live calls of one customer are hung up, and nobody else’s', async () => {
  const world = await openWorld(PLAN);
  const node = startNode(world);
  await world.clock.runTo(START + 1_000);
  const [leaving, staying] = await Promise.all(NAMES.map((name) => ordersOf(world, name)));
  for (const order of [...(leaving ?? []), ...(staying ?? []).slice(0, 3)])
    assert.deepEqual((await node.exchange.place(order)).refused, []);
  await world.clock.runTo(START + 20_000);
  const live = async (name: string): Promise<number> => {
    const page = { size: 1_000, before: null };
    const { rows } = await world.store.calls.list(customerId(name), {}, page);
    return rows.filter(({ call }) => call.status === 'progressing').length;
  };
  assert.deepEqual([await live('leaving'), await live('staying')], [CALLS, 3]);
  assert.equal(await node.exchange.hangUpAll(customerId('leaving')), CALLS);
  await world.clock.runTo(START + 30_000);
  assert.deepEqual([await live('leaving'), await live('staying')], [0, 3]);
  assert.equal(await node.exchange.hangUpAll(customerId('leaving')), 0);
  await node.life.kill();
  await world.databases.close();
});

const PLAN: Plan = {
  ...planFor(1),
  nodes: 1,
  network: 'within',
  carrier_faults: 0,
  store_faults: 0,
  customers: NAMES.map((name) => ({ name, money_micros: 50_000_000, endpoints: [] })),
  providers: planFor(1)
    .providers.slice(2)
    .map((each) => ({ ...each, config: {} })),
  acts: [],
};

async function ordersOf({ store }: World, name: string): Promise<PlaceOrder[]> {
  const customer = (await store.shelves.customers.get('all', customerId(name))) as Customer;
  const blank = { target_name: '', name: '', detail: '' };
  const wait = [{ type: 'sleep', option: { duration: 3_600_000 } }];
  return Array.from({ length: CALLS }, (_each, place) => ({
    customer,
    source: { type: 'tel', target: '+15005550006', ...blank },
    destinations: [{ type: 'tel', target: '+12125550100', ...blank }],
    flow_id: null,
    actions: normalizeFlow(wait, (label) => `${name} ${place} ${label}`, language),
    variables: {},
    dial_timeout_ms: 60_000,
    max_duration_ms: 3_600_000,
    early_execution: false,
    sandbox: { ring_ms: 0, answer_ms: 0 },
    test: true,
    seed: { name: `${name} ${place}`, at: START as Instant },
  }));
}
