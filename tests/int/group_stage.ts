import type { PlaceOrder } from '../../engine/engine.ts';
import type { RunningExchange } from '../../engine/exchange.ts';
import { actions as language } from '../../flows/actions/index.ts';
import { normalizeFlow } from '../../flows/normalize.ts';
import type { Agent } from '../../groups/agent.ts';
import { openAgent } from '../../groups/agent_moves.ts';
import type { GroupKind, GroupOf } from '../../groups/kinds.ts';
import type { Queue } from '../../groups/queue.ts';
import { openQueue } from '../../groups/queue_moves.ts';
import type { Queuecall } from '../../groups/queuecall.ts';
import type { Address } from '../../kernel/address.ts';
import type { CallId, FlowId, GroupId, Instant, TagId } from '../../kernel/brand.ts';
import { derive } from '../../kernel/uuid.ts';
import type { QueueSettings } from '../../calls/queue_facts.ts';
import type { Customer } from '../../store/rows.ts';
import type { Leg } from '../../store/store.ts';
import { customerId } from '../simulation/furniture.ts';
import { type Plan, planFor } from '../simulation/plan.ts';
import { START } from '../simulation/sim_clock.ts';
import { type Node, openWorld, startNode, type World } from '../simulation/world.ts';

/** A whole exchange on a test clock, and people who call, are called, and serve queues. */

const NAME = 'acme';
export const OWNER = customerId(NAME);
const PAGE = { size: 500, before: null } as const;
/** Rings two seconds, answers, and stays until it is hung up on. */
export const PHONE = '+12125550100';
/** Rings for ever. */
export const NOBODY = '+15005550183';
export const BUSY = '+15005550486';

export function tel(target: string): Address {
  return { type: 'tel', target, target_name: '', name: '', detail: '' };
}

export interface GroupStage {
  readonly world: World;
  readonly node: Node;
  readonly exchange: RunningExchange;
  /** Goes on by so many seconds. */
  pass(seconds: number): Promise<void>;
  agent(name: string, phones: readonly string[], tag?: string): Promise<GroupId>;
  queue(name: string, settings?: Partial<QueueSettings>): Promise<GroupId>;
  flow(actions: readonly object[]): Promise<FlowId>;
  /** Places a call that runs these actions; the sandbox answers it at once. */
  call(actions: readonly object[], sandbox?: PlaceOrder['sandbox']): Promise<CallId>;
  leg(id: CallId): Promise<Leg>;
  group<Kind extends GroupKind>(kind: Kind, id: GroupId): Promise<GroupOf<Kind>>;
  queuecalls(): Promise<readonly Queuecall[]>;
  legs(): Promise<readonly Leg[]>;
  /** What was told of an object, in order. */
  told(id: string): Promise<string[]>;
  close(): Promise<void>;
}

const PLAN: Plan = {
  ...planFor(1),
  nodes: 1,
  network: 'within',
  turns_max: 30,
  lag_max: 0,
  carrier_faults: 0,
  store_faults: 0,
  customers: [{ name: NAME, money_micros: 500_000_000, endpoints: [] }],
  providers: planFor(1)
    .providers.slice(2)
    .map((each) => ({ ...each, config: {} })),
  acts: [],
};

const SETTINGS: QueueSettings = {
  name: 'Support',
  detail: '',
  routing_method: 'longest_idle',
  tag_ids: [tagOf('all')],
  wait_flow_id: null,
  wait_timeout_ms: 0,
  service_timeout_ms: 0,
  ring_timeout_ms: 20_000,
  wrap_up_ms: 0,
  threshold_ms: 20_000,
};

function tagOf(name: string): TagId {
  return derive<string>('tag', name, START as Instant) as TagId;
}

export function idOf(name: string): GroupId {
  return derive<string>('group', name, START as Instant) as GroupId;
}

/** `nodes` of them share the work, as on several machines. */
export async function openStage(nodes = 1): Promise<GroupStage> {
  const world = await openWorld({ ...PLAN, nodes });
  const started = Array.from({ length: nodes }, () => startNode(world));
  await world.clock.runTo(START + 1_000);
  return stageOf(world, started[0] as Node);
}

function stageOf(world: World, node: Node): GroupStage {
  const { store, clock } = world;
  const { exchange } = node;
  const made = { customer_id: OWNER, tm_create: START as Instant };
  let placed = 0;
  return {
    ...{ world, node, exchange },
    pass: async (seconds) => {
      for (let second = 0; second < seconds; second += 1) await clock.runTo(clock.now() + 1_000);
    },
    agent: async (name, phones, tag = 'all') => {
      const tm_create = clock.now();
      await exchange.openGroup(openAgent({ ...made, tm_create, ...agentOf(name, phones, tag) }));
      return idOf(name);
    },
    queue: async (name, settings = {}) => {
      await exchange.openGroup(openQueue({ ...made, ...SETTINGS, ...settings, id: idOf(name) }));
      return idOf(name);
    },
    flow: (actions) => storeFlow(world, actions),
    call: async (actions, sandbox = { ring_ms: 0, answer_ms: 0 }) => {
      const order = await orderOf(world, `call ${(placed += 1)}`, actions);
      const { legs } = await exchange.place({ ...order, sandbox });
      return legs[0]?.call.id as CallId;
    },
    leg: async (id) => (await store.legs.load(id)) as Leg,
    group: async (kind, id) => (await store.groups.get('all', kind, id)) as never,
    queuecalls: async () =>
      (await store.groups.list('all', { kind: 'queuecall', filter: {} }, PAGE)).rows.toReversed(),
    legs: async () => (await store.calls.list('all', {}, PAGE)).rows.toReversed(),
    told: async (id) =>
      (await store.calls.timeline(id)).flatMap(({ notices }) => notices.map(({ type }) => type)),
    close: async () => {
      for (const each of [...world.nodes]) await each.life.kill();
      await world.databases.close();
    },
  };
}

type AgentMade = Omit<Parameters<typeof openAgent>[0], 'customer_id' | 'tm_create'>;

function agentOf(name: string, phones: readonly string[], tag: string): AgentMade {
  return {
    id: idOf(name),
    username: name,
    password_hash: '',
    name,
    detail: '',
    ring_method: 'ringall',
    permission: 16,
    tag_ids: [tagOf(tag)],
    addresses: phones.map(tel),
    presence: 'available',
  };
}

async function storeFlow({ store, chance }: World, raw: readonly object[]): Promise<FlowId> {
  const id = chance.uuid() as FlowId;
  const actions = normalizeFlow(raw, (label) => `${id} ${label}`, language);
  const dates = { tm_create: START, tm_update: START, tm_delete: null };
  const row = { id, customer_id: OWNER, name: '', detail: '', actions, on_complete_flow_id: null };
  await store.shelves.flows.insert({ ...row, ...dates } as never);
  return id;
}

async function orderOf(
  { store }: World,
  name: string,
  raw: readonly object[],
): Promise<PlaceOrder> {
  return {
    customer: (await store.shelves.customers.get('all', OWNER)) as Customer,
    source: tel('+15005550006'),
    destinations: [tel(PHONE)],
    flow_id: null,
    actions: normalizeFlow(raw, (label) => `${name} ${label}`, language),
    variables: {},
    dial_timeout_ms: 60_000,
    max_duration_ms: 3_600_000,
    early_execution: false,
    sandbox: null,
    test: true,
    seed: { name, at: START as Instant },
  };
}

/** What is shown of agents, by name. */
export function statusesOf(agents: readonly Agent[]): Record<string, string> {
  return Object.fromEntries(agents.map(({ username, status }) => [username, status]));
}

/** How a queue stands, in a few numbers: waiting, in service, served, given up. */
export function countsOf({ line, serving, totals }: Queue): number[] {
  return [line.length, serving.length, totals.serviced_count, totals.abandoned_count];
}
