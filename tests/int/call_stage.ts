import assert from 'node:assert/strict';
import type { PlaceOrder } from '../../engine/engine.ts';
import { actions as language } from '../../flows/actions/index.ts';
import { normalizeFlow } from '../../flows/normalize.ts';
import type { Instant } from '../../kernel/brand.ts';
import type { Customer } from '../../store/rows.ts';
import type { Leg } from '../../store/store.ts';
import type { Sender } from '../../webhooks/delivery.ts';
import { customerId } from '../simulation/furniture.ts';
import type { Plan } from '../simulation/plan.ts';
import { START } from '../simulation/sim_clock.ts';
import { type Node, openWorld, startNode, type World } from '../simulation/world.ts';

/** A whole exchange on a clock of its own: a real store, a sandbox network, one customer. */
export interface CallStage {
  readonly world: World;
  readonly node: Node;
  /** Places a call with these actions, as anything of the order says. */
  place(actions: readonly object[], order?: Partial<PlaceOrder>): Promise<Leg>;
  /** Lets so many seconds pass. */
  pass(seconds: number): Promise<void>;
  /** The leg as it is stored now. */
  now(leg: Leg): Promise<Leg>;
  /** The types of all that happened to it, in order. */
  types(leg: Leg): Promise<string[]>;
}

const NAME = 'ann';

const PLAN: Plan = {
  seed: 1,
  nodes: 1,
  network: 'within',
  turns_max: 12,
  lag_max: 0,
  carrier_faults: 0,
  store_faults: 0,
  attempts_max: 3,
  customers: [{ name: NAME, money_micros: 1_000_000_000, endpoints: [] }],
  providers: [
    {
      name: 'good',
      config: { reliability: 1 },
      rate_micros_per_minute: 60_000,
      connect_fee_micros: 0,
      initial_s: 1,
      increment_s: 1,
    },
  ],
  acts: [],
};

/** Plays on a stage of its own. `send`: what servers answer that flows ask. */
export async function onCallStage(
  play: (stage: CallStage) => Promise<void>,
  plan: Partial<Plan> = {},
  send?: Sender['send'],
): Promise<void> {
  const world = await openWorld({ ...PLAN, ...plan });
  if (send !== undefined) Object.assign(world.receivers.sender, { send });
  const node = startNode(world);
  await world.clock.runTo(START + 1_000);
  await play(stageOf(world, node));
  await node.life.kill();
  await world.databases.close();
}

function stageOf(world: World, node: Node): CallStage {
  const { store, clock } = world;
  let placed = 0;
  return {
    world,
    node,
    place: async (actions, order = {}) => {
      const name = `call ${(placed += 1)}`;
      const result = await node.exchange.place({
        ...(await orderOf(world, name, actions)),
        ...order,
      });
      assert.deepEqual(result.refused, []);
      return result.legs[0] as Leg;
    },
    pass: (seconds) => clock.runTo(clock.now() + seconds * 1_000),
    now: async ({ call }) => (await store.calls.get('all', call.id)) as Leg,
    types: async ({ call }) => (await store.calls.timeline(call.id)).map(({ type }) => type),
  };
}

async function orderOf(
  { store }: World,
  name: string,
  actions: readonly object[],
): Promise<PlaceOrder> {
  const customer = (await store.shelves.customers.get('all', customerId(NAME))) as Customer;
  const blank = { target_name: '', name: '', detail: '' };
  return {
    customer,
    source: { type: 'tel', target: '+15005550006', ...blank },
    destinations: [{ type: 'tel', target: '+12125550100', ...blank }],
    flow_id: null,
    actions: normalizeFlow(actions, (label) => `${name} ${label}`, language),
    variables: {},
    dial_timeout_ms: 60_000,
    max_duration_ms: 3_600_000,
    early_execution: false,
    sandbox: { ring_ms: 0, answer_ms: 0 },
    test: true,
    seed: { name, at: START as Instant },
  };
}
