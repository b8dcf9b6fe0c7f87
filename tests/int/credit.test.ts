import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlaceOrder } from '../../engine/engine.ts';
import { actions as language } from '../../flows/actions/index.ts';
import { normalizeFlow } from '../../flows/normalize.ts';
import type { Call, CallIn } from '../../calls/call.ts';
import type { Instant } from '../../kernel/brand.ts';
import type { Customer } from '../../store/rows.ts';
import { accountId, customerId, topUp } from '../simulation/furniture.ts';
import type { Plan } from '../simulation/plan.ts';
import { START } from '../simulation/sim_clock.ts';
import { type Node, openWorld, startNode, type World } from '../simulation/world.ts';

/** A thousand micros a second, so that money and seconds are easily told from each other. */
const SECOND = 1_000;
const NAME = 'ann';

interface Stage {
  readonly world: World;
  readonly node: Node;
  place(count: number, talk_ms?: number): Promise<Call[]>;
  /** Goes on by so many seconds and looks at the purse after each of them. */
  pass(seconds: number): Promise<void>;
  pay(amount_micros: number): Promise<void>;
  purse(): Promise<{ readonly balance_micros: number; readonly held_micros: number }>;
}

/** A whole exchange on one clock: a real store, a sandbox network, one provider, one customer. */
async function onStage(
  { money_s, initial_s, increment_s }: Record<'money_s' | 'initial_s' | 'increment_s', number>,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const world = await openWorld(planOf(money_s * SECOND, { initial_s, increment_s }));
  const node = startNode(world);
  await world.clock.runTo(START + 1_000);
  const stage = stageOf(world, node);
  await play(stage);
  await node.life.kill();
  await world.databases.close();
}

function planOf(money_micros: number, blocks: { initial_s: number; increment_s: number }): Plan {
  const price = { rate_micros_per_minute: 60 * SECOND, connect_fee_micros: 0, ...blocks };
  return {
    seed: 1,
    nodes: 1,
    network: 'within',
    turns_max: 12,
    lag_max: 0,
    carrier_faults: 0,
    store_faults: 0,
    attempts_max: 3,
    customers: [{ name: NAME, money_micros, endpoints: [] }],
    providers: [{ name: 'good', config: { reliability: 1 }, ...price }],
    acts: [],
  };
}

function stageOf(world: World, node: Node): Stage {
  const { store, clock } = world;
  const purse: Stage['purse'] = async () => {
    const row = await store.shelves.accounts.get('all', accountId(NAME));
    assert(row !== null);
    return row;
  };
  let placed = 0;
  let paid = 0;
  return {
    ...{ world, node, purse },
    place: async (count, talk_ms) => {
      const orders = await Promise.all(
        Array.from({ length: count }, () => orderOf(world, `call ${(placed += 1)}`, talk_ms)),
      );
      const results = await Promise.all(orders.map((order) => node.exchange.place(order)));
      for (const { refused } of results)
        for (const { refusal } of refused) assert.equal(refusal.code, 'insufficient_balance');
      return results.flatMap(({ legs }) => legs.map(({ call }) => call));
    },
    pass: async (seconds) => {
      for (let second = 0; second < seconds; second += 1) {
        await clock.runTo(clock.now() + 1_000);
        const { balance_micros, held_micros } = await purse();
        assert.ok(balance_micros >= held_micros, `${balance_micros} of which ${held_micros} held`);
      }
      assert.deepEqual(await store.ledger.proof(), []);
    },
    pay: async (amount_micros) => {
      await topUp(world, { customer: NAME, amount_micros, payment_id: `${(paid += 1)}` });
    },
  };
}

async function orderOf(
  { store }: World,
  name: string,
  talk_ms: number | undefined,
): Promise<PlaceOrder> {
  const customer = await store.shelves.customers.get('all', customerId(NAME));
  const blank = { target_name: '', name: '', detail: '' };
  const wait = [{ type: 'sleep', option: { duration: 3_600_000 } }];
  return {
    customer: customer as Customer,
    source: { type: 'tel', target: '+15005550006', ...blank },
    destinations: [{ type: 'tel', target: '+12125550100', ...blank }],
    flow_id: null,
    actions: normalizeFlow(wait, (label) => `${name} ${label}`, language),
    variables: {},
    dial_timeout_ms: 60_000,
    max_duration_ms: 3_600_000,
    early_execution: false,
    sandbox: { ring_ms: 0, answer_ms: 0, ...(talk_ms === undefined ? {} : { talk_ms }) },
    test: true,
    seed: { name, at: START as Instant },
  };
}

async function now<Status extends Call['status']>(
  { world }: Stage,
  { id }: Call,
  status: Status,
): Promise<CallIn<Status>> {
  const leg = await world.store.calls.get('all', id);
  assert.equal(leg?.call.status, status);
  return leg?.call as CallIn<Status>;
}

async function talked(stage: Stage, call: Call): Promise<number> {
  const { tm_progressing, tm_hangup, ...over } = await now(stage, call, 'hangup');
  assert.deepEqual([over.hangup_by, over.hangup_reason], ['local', 'timeout']);
  return tm_hangup - (tm_progressing ?? tm_hangup);
}

async function billed(stage: Stage, call: Call): Promise<number | undefined> {
  const billing = await stage.world.store.ledger.billing('all', call.id);
  return billing?.billed_s;
}

const typesOf = async ({ world }: Stage, { id }: Call): Promise<string[]> =>
  (await world.store.calls.timeline(id)).map(({ type }) => type);

describe('credit: talk is paid for before it is had', () => {
  it('never lets calls side by side spend more than there is', () =>
    onStage({ money_s: 90, initial_s: 1, increment_s: 1 }, async (stage) => {
      const calls = await stage.place(3);
      assert.equal(calls.length, 3);
      await stage.pass(20);
      await stage.pass(180);
      const talks = await Promise.all(calls.map((call) => talked(stage, call)));
      const bills = await Promise.all(calls.map((call) => billed(stage, call)));
      const sum = bills.reduce<number>((total, seconds) => total + (seconds ?? 0), 0);
      assert.equal(sum, 90, 'all of it is spent, and no more');
      for (const [place, talk_ms] of talks.entries())
        assert.ok(Math.abs(talk_ms - (bills[place] ?? 0) * 1_000) <= 1_000, 'cut when it was used');
      assert.equal((await stage.purse()).balance_micros, 0);
    }));

  it('places as many calls at once as there are first blocks to pay', () =>
    onStage({ money_s: 100 * 60, initial_s: 60, increment_s: 60 }, async (stage) => {
      const calls = await stage.place(120);
      assert.equal(calls.length, 100);
      await stage.pass(70);
      for (const call of calls) assert.equal(await billed(stage, call), 60);
      assert.equal((await stage.purse()).balance_micros, 0);
    }));

  it('goes on by what is paid in while it lasts', () =>
    onStage({ money_s: 60, initial_s: 60, increment_s: 60 }, async (stage) => {
      const [call] = (await stage.place(1)) as [Call];
      await stage.pass(52);
      assert.equal((await now(stage, call, 'progressing')).granted_ms, 60_000);
      await stage.pay(120 * SECOND);
      await stage.pass(6);
      assert.equal((await now(stage, call, 'progressing')).granted_ms, 120_000);
      await stage.pass(130);
      assert.ok(Math.abs((await talked(stage, call)) - 180_000) <= 1_000);
      assert.equal(await billed(stage, call), 180);
      const types = await typesOf(stage, call);
      assert.equal(types.filter((type) => type === 'credit_granted').length, 2);
      assert.ok(types.includes('credit_refused'));
    }));

  it('costs a short call nothing: what is held from the start lasts', async () => {
    for (const blocks of [
      { initial_s: 60, increment_s: 60 },
      { initial_s: 1, increment_s: 1 },
    ])
      await onStage({ money_s: 600, ...blocks }, async (stage) => {
        const [call] = (await stage.place(1, 44_000)) as [Call];
        await stage.pass(50);
        await now(stage, call, 'hangup');
        const types = await typesOf(stage, call);
        assert.ok(types.every((type) => !type.startsWith('credit_')));
      });
  });

  it('asks nobody to pay for talk past what was granted, however late it is cut', () =>
    onStage({ money_s: 60, initial_s: 1, increment_s: 1 }, async (stage) => {
      const [call] = (await stage.place(1)) as [Call];
      await stage.pass(40);
      stage.node.life.freeze(40_000);
      await stage.pass(50);
      assert.ok((await talked(stage, call)) > 75_000);
      assert.equal(await billed(stage, call), 60);
      assert.equal((await stage.purse()).balance_micros, 0);
    }));
});
