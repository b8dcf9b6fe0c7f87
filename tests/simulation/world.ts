import { makeDeliverer } from '../../engine/deliverer.ts';
import { RunningExchange } from '../../engine/exchange.ts';
import type { Log } from '../../engine/log.ts';
import { makeVault, type Vault } from '../../engine/vault.ts';
import { actions } from '../../flows/actions/index.ts';
import type { Instant, ProviderId } from '../../kernel/brand.ts';
import type { Chance, Clock } from '../../kernel/clock.ts';
import { rollerOf } from '../../kernel/random.ts';
import { uuidFrom } from '../../kernel/uuid.ts';
import type { CarrierKind, Notice } from '../../providers/carrier.ts';
import type { Files } from '../../files/files.ts';
import { openNetwork, type SandboxNetwork } from '../../providers/sandbox/network.ts';
import { memoryFiles } from '../conformance/memory_files.ts';
import { DEAF } from '../../providers/sandbox/studio.ts';
import { sandboxKind } from '../../providers/sandbox/sandbox.ts';
import type { Queue } from '../../queue/queue.ts';
import { openLocalQueue } from '../../queue/sql/queue.ts';
import type { Databases } from '../../store/knex/sql.ts';
import { openSqlite } from '../../store/knex/sqlite_open.ts';
import type { Store } from '../../store/store.ts';
import { furnish, storeOn } from './furniture.ts';
import { Life } from './life.ts';
import type { Plan } from './plan.ts';
import { openReceivers, type Receivers } from './receivers.ts';
import { type SimClock, simClock } from './sim_clock.ts';

type Roll = (below: number) => number;

/** A process that serves: its life, and whether it has taken up what was left undone. */
export interface Node {
  readonly life: Life;
  readonly exchange: RunningExchange;
  readonly store: Store;
  readonly network: SandboxNetwork;
  ready: boolean;
}

export interface LogEntry {
  readonly at: Instant;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Everything that outlives a kill, and the processes that are up. */
export interface World {
  readonly plan: Plan;
  readonly clock: SimClock;
  readonly chance: Chance;
  readonly databases: Databases;
  /** The store as the observer reads it: past every gate. */
  readonly store: Store;
  readonly receivers: Receivers;
  readonly log: LogEntry[];
  readonly nodes: Set<Node>;
  readonly queues: Map<Life, Queue>;
  readonly vault: Vault;
  /** Where recordings lie, for every node. */
  readonly files: Files;
  readonly roll: Roll;
  /** Until when no carrier can be reached. */
  cut_off_until: number;
  /** The telephone network, where it outlives us. */
  apart: SandboxNetwork | null;
}

/** When tries follow one another here: days would be simulated as faithfully, but not as fast. */
export const SCHEDULE_S: readonly number[] = [1, 3, 8, 20, 40];
const CONFIG = { webhook_schedule_s: SCHEDULE_S, webhook_disable_after_s: 86_400 };
const SETTINGS = {
  public_url: 'https://tandem.example',
  reconcile_interval_ms: 15_000,
  recordings_days: 0,
};
const NO_METRICS = { committed: () => undefined, turnedAway: () => undefined };

/** A furnished world in which nothing runs yet. */
export async function openWorld(plan: Plan): Promise<World> {
  const roll = rollerOf(plan.seed ^ 0x5eed);
  const turnRoll = rollerOf(plan.seed ^ 0x7153);
  const clock = simClock(() => turnRoll(plan.turns_max + 1));
  const databases = openSqlite({ database_url: 'sqlite::memory:', data_dir: '' });
  const world: World = {
    plan,
    clock,
    chance: seededChance(clock, rollerOf(plan.seed ^ 0xc4a)),
    databases,
    store: storeOn({ ...databases, sole: false }, clock),
    receivers: openReceivers(clock, rollerOf(plan.seed ^ 0x4ec)),
    log: [],
    nodes: new Set(),
    queues: new Map(),
    vault: makeVault(Buffer.alloc(32, 7)),
    files: memoryFiles(),
    roll,
    cut_off_until: 0,
    apart: null,
  };
  await furnish(world, plan);
  if (plan.network === 'apart') world.apart = apartFrom(world);
  return world;
}

function seededChance(clock: Clock, roll: Roll): Chance {
  const hex = (bytes: number): string =>
    Array.from({ length: bytes }, () => roll(256).toString(16).padStart(2, '0')).join('');
  return {
    uuid: () => uuidFrom(clock.now(), hex(10)),
    hex,
    fraction: () => roll(2 ** 30) / 2 ** 30,
  };
}

/** Starts a process. It is ready when it says so; it may die before. */
export function startNode(world: World): Node {
  const { plan, clock, roll, databases } = world;
  const { lag_max, carrier_faults, store_faults } = plan;
  // Together with chance faults it would last longer than an effect is tried.
  const isCutOff = (): boolean => carrier_faults === 0 && clock.now() < world.cut_off_until;
  const life = new Life({ clock, roll, lag_max, carrier_faults, store_faults, isCutOff });
  const store = life.gate(storeOn({ ...databases, sole: plan.nodes === 1 }, life.clock));
  const network = world.apart ?? networkOf(world, { life, store, mine: () => node });
  const kind = life.gateKind(sandboxKind(network, world.apart === null ? life.clock : clock));
  const exchange = exchangeOf(world, { life, store, kind });
  const node: Node = { life, exchange, store, network, ready: false };
  world.nodes.add(node);
  // Who watches over processes starts one that could not start once more.
  const failed = (error: unknown): void => {
    complain(world, error, 'a node could not start');
    void killNode(world, node).then(() => startNode(world));
  };
  exchange.start().then(() => (node.ready = true), failed);
  return node;
}

/** Ends a process as by kill -9. */
export async function killNode(world: World, node: Node): Promise<void> {
  world.nodes.delete(node);
  world.queues.delete(node.life);
  await node.life.kill();
}

interface Parts {
  readonly life: Life;
  readonly store: Store;
  readonly kind: CarrierKind;
}

function exchangeOf(world: World, { life, store, kind }: Parts): RunningExchange {
  const { plan, vault, chance, receivers } = world;
  const base = {
    store,
    sender: life.gateSender(receivers.sender),
    queue: queueOf(world, life),
    vault,
    clock: life.clock,
    chance,
    log: logOf(world, life),
    later: life.later,
    files: world.files,
  };
  return new RunningExchange({
    ...base,
    kinds: new Map([['sandbox', kind]]),
    language: actions,
    metrics: NO_METRICS,
    settings: { ...SETTINGS, attempts_max: plan.attempts_max },
    alone: plan.nodes === 1,
    deliverer: (registry, node) => makeDeliverer({ ...base, config: CONFIG, registry, node }),
  });
}

/** Nodes share their news and their wake-ups; what a dead one was to be woken for is lost. */
function queueOf(world: World, life: Life): Queue {
  const own = openLocalQueue(life.clock, (error, about) => complain(world, error, about));
  world.queues.set(life, own);
  if (world.plan.nodes === 1) return own;
  return {
    ...own,
    publish: (channel, message) => {
      for (const each of world.queues.values()) each.publish(channel, message);
    },
    wake: (topic, key, at) => {
      const all = [...world.queues.values()];
      all[world.roll(all.length)]?.wake(topic, key, at);
    },
  };
}

function networkOf(
  world: World,
  { life, store, mine }: { life: Life; store: Store; mine: () => Node },
): SandboxNetwork {
  return openNetwork({
    log: store.sandbox,
    clock: life.clock,
    deliver: (provider_id, notice) => told(mine(), provider_id, notice),
    report: (error) => note(world, 'warn', { error }, 'the network put something off'),
    studio: DEAF,
  });
}

function apartFrom(world: World): SandboxNetwork {
  return openNetwork({
    log: world.store.sandbox,
    clock: world.clock,
    deliver: async (provider_id, notice) => {
      const node = [...world.nodes].find(({ ready }) => ready);
      if (node === undefined) throw new Error('nobody answers');
      return told(node, provider_id, notice);
    },
    report: (error) => note(world, 'warn', { error }, 'the network put something off'),
    studio: DEAF,
  });
}

async function told({ life, exchange }: Node, provider_id: ProviderId, notice: Notice) {
  return (await life.answer(exchange.notice(provider_id, notice))) ?? { status: 403, body: '' };
}

function logOf(world: World, life: Life): Log {
  const at =
    (level: LogEntry['level']): Log['debug'] =>
    (fields, message) => {
      if (!life.isDead) note(world, level, fields, message);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function note(
  { log, clock }: Pick<World, 'log' | 'clock'>,
  level: LogEntry['level'],
  fields: LogEntry['fields'],
  message: string,
): void {
  log.push({ at: clock.now(), level, fields, message });
}

function complain(world: World, error: unknown, about: string): void {
  note(world, 'error', { error }, about);
}
