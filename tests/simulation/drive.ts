import type { Instant } from '../../kernel/brand.ts';
import { derive } from '../../kernel/uuid.ts';
import { actions as language } from '../../flows/actions/index.ts';
import { normalizeFlow } from '../../flows/normalize.ts';
import { checkFlow, premisesFor } from '../../flows/check/check.ts';
import type { Placed, PlaceOrder } from '../../engine/engine.ts';
import type { Groupcall } from '../../groups/groupcall.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Customer } from '../../store/rows.ts';
import type { Kept, Leg, Shelf } from '../../store/store.ts';
import { hand, hangUpGroup, ignoreDeath, serve } from './deeds.ts';
import { tel } from './desks.ts';
import { customerId, topUp } from './furniture.ts';
import type { Act, Plan, PlannedCall, PlannedRing } from './plan.ts';
import { START } from './sim_clock.ts';
import { killNode, type Node, openWorld, startNode, type World } from './world.ts';

/** A call as it was asked for, and what was answered; null while nothing was. */
export interface Order {
  readonly call: PlannedCall;
  placed: Placed | null;
}

/** A groupcall as it was asked for, and what was answered. */
export interface Ring {
  readonly ring: PlannedRing;
  group: Groupcall | Refusal | null;
}

/** A world after its plan was carried out. */
export interface Story {
  readonly world: World;
  readonly orders: readonly Order[];
  readonly rings: readonly Ring[];
  /** Whether everything came to rest before the patience was over. */
  readonly rested: boolean;
}

type Stage = {
  readonly world: World;
  readonly orders: Order[];
  readonly rings: Ring[];
  top_ups: number;
};

const LOOK_MS = 10_000;
/** Far longer than anything a plan asks for can take. */
const PATIENCE_MS = 3_600_000;

/** Carries a plan out, and lets the world go on until all has come to rest. */
export async function tell(plan: Plan): Promise<Story> {
  const world = await openWorld(plan);
  const stage: Stage = { world, orders: [], rings: [], top_ups: 0 };
  for (let count = 0; count < plan.nodes; count += 1) startNode(world);
  for (const act of plan.acts) {
    await world.clock.runTo(START + act.at);
    await perform(stage, act);
  }
  const rested = await rest(world);
  return { world, orders: stage.orders, rings: stage.rings, rested };
}

async function rest(world: World): Promise<boolean> {
  const until = world.clock.now() + PATIENCE_MS;
  let quiet = 0;
  // Looked at twice: what sweeps, saves and thaws late has its turn too.
  while (quiet < 2 && world.clock.now() < until) {
    await world.clock.runTo(world.clock.now() + LOOK_MS);
    quiet = (await isQuiet(world)) ? quiet + 1 : 0;
  }
  return quiet === 2;
}

const OPEN =
  'select (select count(*) from calls where live = 1) + (select count(*) from outbox) + ' +
  '(select count(*) from call_groups where live = 1) + ' +
  "(select count(*) from deliveries where status = 'pending') as n";

async function isQuiet({ databases, nodes, plan }: World): Promise<boolean> {
  const up = [...nodes].filter(({ ready, exchange }) => ready && exchange.gauges().trusted);
  if (up.length < plan.nodes) return false;
  // Another node may have done what an alarm was set for here.
  if (up.some(({ exchange }) => exchange.gauges().alarms > 0)) return false;
  const [open] = await databases.main.rows(OPEN, []);
  const [due] = await databases.sandbox.rows(
    'select count(*) as n from sandbox_legs where next_at is not null',
    [],
  );
  return Number(open?.['n']) === 0 && Number(due?.['n']) === 0;
}

async function perform(stage: Stage, act: Act): Promise<void> {
  const { world } = stage;
  if (act.do === 'kill') return kill(world, act);
  if (act.do === 'freeze') return freeze(world, act);
  if (act.do === 'cut_off') world.cut_off_until = world.clock.now() + act.down_ms;
  if (act.do === 'cut_off') return;
  if (act.do === 'place') {
    const order: Order = { call: act.call, placed: null };
    stage.orders.push(order);
    return place(world, order);
  }
  if (act.do === 'ring') {
    const asked: Ring = { ring: act.ring, group: null };
    stage.rings.push(asked);
    return ring(world, asked);
  }
  const node = someNode(world, 'pick' in act ? act.pick : 0);
  if (node === null) return;
  switch (act.do) {
    case 'hang_up':
    case 'stop_flow':
      return interrupt(world, node, act);
    case 'hang_up_group':
      return hangUpGroup(world, node, act.pick);
    case 'kick':
    case 'turn_agent':
      return serve(world, node, act);
    case 'transfer':
      return hand(world, node, act);
    case 'top_up':
      return pay(stage, node, act);
    default:
      return change(world, node, act);
  }
}

function someNode({ nodes }: World, choice: number): Node | null {
  const ready = [...nodes].filter((node) => node.ready);
  return ready[choice % ready.length] ?? null;
}

/** Asks until somebody answers, as a client with an idempotency key does: every time the same. */
function place(world: World, order: Order): void {
  const again = (): void => void world.clock.after(700, () => place(world, order));
  const node = someNode(world, world.roll(world.plan.nodes));
  if (node === null) return again();
  node.life
    .answer(orderOf(node, order.call).then((asked) => node.exchange.place(asked)))
    .then((placed) => (order.placed = placed), again);
}

/** The same for a groupcall. */
function ring(world: World, asked: Ring): void {
  const again = (): void => void world.clock.after(700, () => ring(world, asked));
  const node = someNode(world, world.roll(world.plan.nodes));
  if (node === null) return again();
  const { ring_method, answer_method } = asked.ring;
  node.life
    .answer(
      orderOf(node, asked.ring).then((order) =>
        node.exchange.placeGroupcall({ ...order, ring_method, answer_method }),
      ),
    )
    .then((group) => (asked.group = group), again);
}

async function orderOf({ store }: Node, call: PlannedCall): Promise<PlaceOrder> {
  const found = await store.shelves.customers.get('all', customerId(call.customer));
  const seed = { name: call.name, at: START as Instant };
  const wrong = checkFlow(call.actions, premisesFor(language)).find(
    ({ severity }) => severity === 'error',
  );
  if (wrong !== undefined) throw new Error(`the plan's flow is wrong: ${JSON.stringify(wrong)}`);
  const name = (label: string): string => derive(seed.name, label, seed.at);
  const { dial_timeout_ms, max_duration_ms, early_execution, sandbox } = call;
  return {
    customer: found as Customer,
    source: tel('+15005550006'),
    destinations: call.destinations.map(tel),
    flow_id: null,
    actions: normalizeFlow(call.actions, name, language),
    variables: { name: 'Ada' },
    dial_timeout_ms,
    max_duration_ms,
    early_execution,
    sandbox,
    test: true,
    seed,
  };
}

async function kill(world: World, act: Extract<Act, { do: 'kill' }>): Promise<void> {
  const all = [...world.nodes];
  const node = all[act.pick % all.length];
  if (node === undefined) return;
  await killNode(world, node);
  world.clock.after(act.down_ms, () => void startNode(world));
}

function freeze(world: World, act: Extract<Act, { do: 'freeze' }>): void {
  const all = [...world.nodes];
  all[act.pick % all.length]?.life.freeze(act.down_ms);
}

async function interrupt(
  world: World,
  node: Node,
  act: Extract<Act, { do: 'hang_up' | 'stop_flow' }>,
): Promise<void> {
  const { rows } = await world.store.calls.list('all', {}, { size: 100, before: null });
  const live = rows.filter(({ call }) => call.status !== 'hangup');
  const leg: Leg | undefined = live[act.pick % live.length];
  if (leg === undefined) return;
  const { id, activeflow_id } = leg.call;
  const { exchange } = node;
  const asked: Promise<unknown> =
    act.do === 'hang_up' ? exchange.hangUp('all', id) : exchange.stopFlow('all', activeflow_id);
  ignoreDeath(node, asked);
}

function pay(stage: Stage, node: Node, act: Extract<Act, { do: 'top_up' }>): void {
  stage.top_ups += 1;
  const { customer, amount_micros } = act;
  const paid = { customer, amount_micros, payment_id: `payment ${stage.top_ups}` };
  const work = topUp({ store: node.store, clock: node.life.clock }, paid);
  ignoreDeath(
    node,
    work.then(() => node.exchange.changed('customers', customerId(customer))),
  );
}

type Change = Extract<Act, { do: 'switch_provider' | 'move_route' | 'switch_endpoint' }>;

async function change(world: World, node: Node, act: Change): Promise<void> {
  const { providers, routes, endpoints } = node.store.shelves;
  const { pick } = act;
  const work = {
    switch_provider: () =>
      edit(world, providers, pick, (row) => ({ ...row, enabled: !row.enabled })),
    move_route: () => edit(world, routes, pick, (row) => ({ ...row, priority: 1 + (pick % 7) })),
    switch_endpoint: () =>
      edit(world, endpoints, pick, (row) => ({
        ...row,
        enabled: !row.enabled,
        disabled_reason: row.enabled ? ('manual' as const) : ('' as const),
      })),
  }[act.do];
  ignoreDeath(
    node,
    work().then((row) => {
      if (act.do === 'switch_endpoint') node.exchange.endpointChanged(row.id as never);
      else node.exchange.changed('routing', row.id);
    }),
  );
}

async function edit<Row extends Kept>(
  { clock }: World,
  shelf: Shelf<Row>,
  choice: number,
  changed: (row: Row) => Row,
): Promise<Row> {
  const rows = await shelf.all('all');
  const row = rows[choice % rows.length] as Row;
  const now = Math.max(clock.now(), row.tm_update + 1) as Instant;
  await shelf.update({ ...changed(row), tm_update: now }, row.tm_update);
  return row;
}
