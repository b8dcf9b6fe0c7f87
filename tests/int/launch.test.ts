import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LaunchOrder } from '../../engine/launch.ts';
import { traceOf } from '../../engine/trace/trace.ts';
import { actions as language } from '../../flows/actions/index.ts';
import { normalizeFlow } from '../../flows/normalize.ts';
import type { ActiveflowId } from '../../kernel/brand.ts';
import type { Customer } from '../../store/rows.ts';
import type { Leg } from '../../store/store.ts';
import { accountId, customerId } from '../simulation/furniture.ts';
import type { Plan } from '../simulation/plan.ts';
import { START } from '../simulation/sim_clock.ts';
import { killNode, type Node, openWorld, startNode, type World } from '../simulation/world.ts';

const NAME = 'ann';
const ID = '0190a3c4-7b1e-7c00-8000-0123456789ab' as ActiveflowId;
const tel = (target: string) => ({ type: 'tel', target });
const PLAN: Plan = {
  seed: 1,
  nodes: 1,
  network: 'within',
  turns_max: 12,
  lag_max: 0,
  carrier_faults: 0,
  store_faults: 0,
  attempts_max: 3,
  customers: [{ name: NAME, money_micros: 1_000_000, endpoints: [] }],
  providers: [
    {
      name: 'good',
      config: { reliability: 1 },
      rate_micros_per_minute: 6_000,
      connect_fee_micros: 0,
      initial_s: 60,
      increment_s: 60,
    },
  ],
  acts: [],
};

interface Stage {
  readonly world: World;
  node: Node;
  launch(raw: unknown, patch?: Partial<LaunchOrder>): Promise<Leg | null>;
  /** The run as it is stored, after so many seconds more. */
  after(seconds: number): Promise<Leg>;
}

async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const world = await openWorld(PLAN);
  const stage: Stage = {
    world,
    node: startNode(world),
    launch: async (raw, patch = {}) =>
      stage.node.exchange.launch({
        customer: (await world.store.shelves.customers.get('all', customerId(NAME))) as Customer,
        activeflow_id: ID,
        flow_id: null,
        actions: normalizeFlow(raw, (label) => label, language),
        variables: { name: 'Ada' },
        dial_timeout_ms: 60_000,
        test: true,
        ...patch,
      }),
    after: async (seconds) => {
      await world.clock.runTo(world.clock.now() + seconds * 1_000);
      const leg = await world.store.calls.byRun(customerId(NAME), ID);
      assert(leg !== null);
      return leg;
    },
  };
  await world.clock.runTo(START + 1_000);
  await play(stage);
  await stage.node.life.kill();
  await world.databases.close();
}

const FLOW = [
  { id: 'hello', type: 'talk', option: { text: 'Hello ${name}' } },
  { id: 'nap', type: 'sleep', option: { duration: 5_000 } },
  {
    id: 'ring',
    type: 'call',
    option: {
      source: tel('+15005550010'),
      destinations: [tel('+12025550100')],
      actions: [{ type: 'sleep', option: { duration: 2_000 } }],
      chained: true,
    },
  },
  { id: 'nobody', type: 'call', option: { destinations: [tel('+12025550100')], flow_id: ID } },
];

describe('a flow without a call', () => {
  it('runs, and says what it skipped', () =>
    onStage(async (stage) => {
      const begun = await stage.launch(FLOW);
      assert.deepEqual([begun?.run.status, begun?.run.current_action?.id], ['running', 'nap']);
      const { run, call } = await stage.after(6);
      assert.deepEqual([run.ended_because, call.status], ['finished', 'hangup']);
      assert.deepEqual(
        run.skipped.map(({ action_id }) => action_id),
        ['hello', 'nobody'],
      );
      const { store } = stage.world;
      const events = await store.calls.timeline(call.id);
      const trace = traceOf({ call, run, version: events.length }, events, {
        language,
        carriers: new Map(),
      });
      assert.deepEqual(
        [trace.exact, trace.steps.map(({ outcome }) => outcome)],
        [true, ['skipped', 'went_on', 'went_on', 'skipped']],
      );
    }));

  it('places calls that are nobody’s, and is no call itself', () =>
    onStage(async (stage) => {
      await stage.launch(FLOW);
      const { call } = await stage.after(30);
      const { store } = stage.world;
      const page = { size: 9, before: null };
      const calls = await store.calls.list('all', { has_leg: true }, page);
      assert.deepEqual(
        calls.rows.map(({ call: each }) => [
          each.destination.target,
          each.master_call_id,
          each.status,
        ]),
        [['+12025550100', null, 'hangup']],
      );
      assert.equal((await store.calls.list('all', {}, page)).rows.length, 2);
      assert.equal(await store.calls.get('all', call.id), null);
      const told = (await store.calls.timeline(call.id)).flatMap(({ notices }) => notices);
      assert.ok(told.length > 0 && told.every(({ type }) => type.startsWith('activeflow_')));
      assert.equal(told[0]?.data['reference_type'], '');
      const account = await store.shelves.accounts.get('all', accountId(NAME));
      assert.equal(account?.held_micros, 0);
      assert.deepEqual(await store.ledger.proof(), []);
    }));

  it('is run once however often the same is asked, and no other by its id', () =>
    onStage(async (stage) => {
      const [one, two] = [await stage.launch(FLOW), await stage.launch(FLOW)];
      assert.equal(one?.call.id, two?.call.id);
      assert.equal(await stage.launch(FLOW.slice(1)), null);
      const { rows } = await stage.world.store.calls.list('all', {}, { size: 9, before: null });
      assert.equal(rows.length, 1);
    }));

  it('goes on after its node was killed', () =>
    onStage(async (stage) => {
      await stage.launch(FLOW);
      await killNode(stage.world, stage.node);
      stage.node = startNode(stage.world);
      const { run } = await stage.after(60);
      assert.equal(run.ended_because, 'finished');
    }));

  it('can be stopped', () =>
    onStage(async (stage) => {
      await stage.launch([{ type: 'block' }]);
      await stage.node.exchange.stopFlow(customerId(NAME), ID);
      assert.deepEqual((await stage.after(1)).run.ended_because, 'stopped');
    }));

  it('costs nothing, and so runs where the account is empty', () =>
    onStage(async (stage) => {
      const { store } = stage.world;
      const account = await store.shelves.accounts.get('all', accountId(NAME));
      assert(account !== null);
      const poor = { ...account, credit_limit_micros: -account.balance_micros - 1 };
      await store.shelves.accounts.update(poor as typeof account, account.tm_update);
      assert.notEqual(await stage.launch([{ type: 'sleep', option: { duration: 1 } }]), null);
    }));
});
