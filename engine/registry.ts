import type { CustomerId, EndpointId, Instant, ProviderId } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Queue } from '../queue/queue.ts';
import type { CallerRule, InboundConfig } from '../store/numbers.ts';
import type { Account, Customer, Endpoint, Provider, Route } from '../store/rows.ts';
import { PLATFORM } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { ChangeKind } from './engine.ts';
import { presetInbound } from './inbound_preset.ts';

/** How old a row kept in memory may be before it is read again, should news of a change be lost. */
export const STALE_MS = 2_000;
const KEPT_MAX = 20_000;

/** Rows that every call needs and few requests change, kept in memory and told of changes. */
export interface Registry {
  customer(id: CustomerId): Promise<Customer | null>;
  account(customer: Customer): Promise<Account | null>;
  /**
   * The endpoints a customer's events are stored for: those that are on, and those that Tandem has
   * switched off, so that what they missed can be replayed. Not what the customer switched off.
   */
  endpoints(customer_id: CustomerId): Promise<readonly Endpoint[]>;
  endpoint(id: EndpointId): Promise<Endpoint | null>;
  /** The customer's routes and the platform's. */
  routes(customer_id: CustomerId): Promise<readonly Route[]>;
  providers(): Promise<ReadonlyMap<ProviderId, Provider>>;
  /** Whom a customer's numbers answer, or not. */
  callerRules(customer_id: CustomerId): Promise<readonly CallerRule[]>;
  /** How a customer's incoming calls are looked at. */
  inbound(customer_id: CustomerId): Promise<InboundConfig>;
  /** Whether a number belongs to anybody here. */
  isOurs(number: string): Promise<boolean>;
  /** Tells every node that rows of this kind have changed. */
  changed(kind: ChangeKind, id: string): void;
  /** Hears of changes, made here or on another node. The answer ends it. */
  watch(kind: ChangeKind, hear: () => void): () => void;
}

interface Kept<Value> {
  value: Value;
  read_at: Instant;
}

export function makeRegistry(store: Store, queue: Queue, clock: Clock): Registry {
  const { shelves } = store;
  const customers = keep(clock, (id: CustomerId) => shelves.customers.get('all', id));
  const accounts = keep(clock, (id: string) => shelves.accounts.get('all', id));
  const endpoint = keep(clock, (id: EndpointId) => shelves.endpoints.get('all', id));
  const endpoints = keep(clock, async (id: CustomerId) =>
    (await shelves.endpoints.all(id)).filter(
      ({ enabled, disabled_reason }) => enabled || disabled_reason !== 'manual',
    ),
  );
  const routes = keep(clock, (id: CustomerId) => shelves.routes.all(id));
  const providers = keep(
    clock,
    async () => new Map((await shelves.providers.all('all')).map((each) => [each.id, each])),
  );
  const inbound = keepInbound(store, clock);
  const forget: Record<ChangeKind, () => void> = {
    keys: () => undefined,
    endpoints: () => [endpoint, endpoints].forEach((each) => each.forget()),
    routing: () => [routes, providers].forEach((each) => each.forget()),
    customers: () => [customers, accounts].forEach((each) => each.forget()),
    inbound: inbound.forget,
    numbers: inbound.forget,
  };
  const watch = watching(queue, (kind) => forget[kind]?.());
  return {
    customer: customers.get,
    account: (customer) => accounts.get(customer.billing_account_id),
    endpoints: endpoints.get,
    endpoint: endpoint.get,
    routes: async (id) => [...(await routes.get(id)), ...(await routes.get(PLATFORM))],
    providers: () => providers.get('all'),
    ...inbound.reads,
    changed: (kind, id) => {
      forget[kind]();
      queue.publish('changed', `${kind} ${id}`);
    },
    watch,
  };
}

type InboundReads = Pick<Registry, 'callerRules' | 'inbound' | 'isOurs'>;

/** What calls that come in are looked at by. */
function keepInbound(
  { shelves, numbers }: Store,
  clock: Clock,
): { readonly reads: InboundReads; forget(): void } {
  const rules = keep(clock, (id: CustomerId) => shelves.caller_rules.all(id));
  const configs = keep(clock, (id: CustomerId) => shelves.inbound_configs.get(id, id));
  const holders = keep(clock, async (number: string) => (await numbers.holder(number)) !== null);
  return {
    reads: {
      callerRules: rules.get,
      inbound: async (id) => (await configs.get(id)) ?? presetInbound(id),
      isOurs: holders.get,
    },
    forget: () => [rules, configs, holders].forEach((each) => each.forget()),
  };
}

/** Hears the news of changes: `first` is told before whoever watches. */
function watching(queue: Queue, first: (kind: ChangeKind) => void): Registry['watch'] {
  const watchers = new Set<{ readonly kind: ChangeKind; readonly hear: () => void }>();
  queue.subscribe('changed', (message) => {
    const kind = message.split(' ')[0] as ChangeKind;
    first(kind);
    for (const watcher of watchers) if (watcher.kind === kind) watcher.hear();
  });
  return (kind, hear) => {
    const watcher = { kind, hear };
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  };
}

/** Reads through, keeps for STALE_MS; concurrent readers of one key share one read. */
function keep<Key extends string, Value>(
  clock: Clock,
  read: (key: Key) => Promise<Value>,
): { get: (key: Key) => Promise<Value>; forget: () => void } {
  const kept = new Map<Key, Kept<Promise<Value>>>();
  return {
    forget: () => kept.clear(),
    get: (key) => {
      const held = kept.get(key);
      const now = clock.wall();
      if (held !== undefined && now - held.read_at < STALE_MS) return held.value;
      if (kept.size >= KEPT_MAX) kept.clear();
      const value = read(key);
      kept.set(key, { value, read_at: now });
      // A read that failed is not kept: the next asker tries again.
      value.catch(() => kept.get(key)?.value === value && kept.delete(key));
      return value;
    },
  };
}
