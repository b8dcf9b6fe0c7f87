import type { CallId, EndpointId } from '../../kernel/brand.ts';
import type { Posting } from '../../billing/ledger.ts';
import type { Account, Billing, Endpoint } from '../../store/rows.ts';
import type { Page, PageQuery } from '../../store/page.ts';
import type { Group } from '../../groups/kinds.ts';
import type { GroupRow } from '../../store/groups.ts';
import type { SandboxLeg } from '../../store/sandbox_log.ts';
import type { DeliveryRow, EventRow } from '../../store/journal.ts';
import type { Leg } from '../../store/store.ts';
import type { Order, Ring, Story } from './drive.ts';
import { receiverUrl, type Arrival } from './receivers.ts';
import type { World } from './world.ts';

/** Everything there is to be known about a world at rest. */
export interface Evidence {
  readonly world: World;
  readonly orders: readonly Order[];
  readonly rings: readonly Ring[];
  readonly rested: boolean;
  readonly groups: readonly GroupRow[];
  readonly legs: ReadonlyMap<CallId, Leg>;
  readonly timelines: ReadonlyMap<string, readonly EventRow[]>;
  /** What the telephone network was asked, by call, in the order in which it was asked. */
  readonly dials: ReadonlyMap<CallId, readonly SandboxLeg[]>;
  readonly deliveries: readonly DeliveryRow[];
  readonly endpoints: ReadonlyMap<EndpointId, Endpoint>;
  readonly arrivals: readonly Arrival[];
  readonly billings: readonly Billing[];
  readonly accounts: readonly Account[];
  readonly postings: readonly Posting[];
  readonly outbox: readonly Readonly<Record<string, unknown>>[];
  /** What the books find wrong with themselves. */
  readonly proof: readonly string[];
}

/** Something that must not be. `call_id` is the call whose timeline tells of it. */
export interface Finding {
  readonly call_id: CallId | null;
  readonly why: string;
}

/** Something that must hold in every world at rest. */
export interface Invariant {
  readonly name: string;
  readonly says: string;
  broken(evidence: Evidence): Finding[];
}

const PAGE = 200;

/** Reads a world at rest, past every gate. */
export async function gather({ world, orders, rings, rested }: Story): Promise<Evidence> {
  const { store, databases } = world;
  const legs = await whole((page) => store.calls.list('all', {}, page));
  const timelines = new Map<string, EventRow[]>();
  for (const { call } of legs) timelines.set(call.id, await store.calls.timeline(call.id));
  const groups = await groupsOf(world);
  for (const { group } of groups) timelines.set(group.id, await store.calls.timeline(group.id));
  const dials = await whole((page) => store.sandbox.list({}, page));
  const accounts = await store.shelves.accounts.all('all');
  const postings = await Promise.all(
    accounts.map(({ id }) => whole((page) => store.ledger.postings(id, page))),
  );
  return {
    world,
    orders,
    rings,
    rested,
    groups,
    legs: new Map(legs.map((leg) => [leg.call.id, leg])),
    timelines,
    dials: Map.groupBy(
      dials.toSorted((one, other) => one.tm_dial - other.tm_dial),
      ({ call_id }) => call_id,
    ),
    deliveries: await whole((page) => store.deliveries.list('all', {}, page)),
    endpoints: new Map((await store.shelves.endpoints.all('all')).map((each) => [each.id, each])),
    arrivals: world.receivers.arrivals,
    billings: await whole((page) => store.ledger.billings('all', {}, page)),
    accounts,
    postings: postings.flat(),
    outbox: await databases.main.rows('select * from outbox', []),
    proof: await store.ledger.proof(),
  };
}

async function groupsOf({ databases }: World): Promise<GroupRow[]> {
  const rows = await databases.main.rows('select version, doc from call_groups', []);
  return rows.map(({ version, doc }) => ({
    version: Number(version),
    group: JSON.parse(String(doc)) as Group,
  }));
}

async function whole<Row>(list: (page: PageQuery) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let before: PageQuery['before'] = null; ;) {
    const page = await list({ size: PAGE, before });
    rows.push(...page.rows);
    if (page.next === null) return rows;
    before = page.next;
  }
}

/** Whether an endpoint takes everything and was never switched off. */
export function isSteady(endpoint: Endpoint): boolean {
  const healthy = endpoint.url.startsWith(receiverUrl('', 'healthy'));
  return healthy && endpoint.tm_update === endpoint.tm_create;
}

/** How long processes were down or frozen in all: what they should have done then may be late. */
export function downMs({ plan }: World): number {
  return plan.acts.reduce((sum, act) => sum + ('down_ms' in act ? act.down_ms : 0), 0);
}

/** Whether nothing but what calls and servers do themselves was in the way of anything. */
export function isUndisturbed(world: World): boolean {
  const { carrier_faults, store_faults } = world.plan;
  return downMs(world) + carrier_faults + store_faults === 0;
}

/** Everything `check` finds in the legs. */
export function ofLegs(
  evidence: Evidence,
  check: (leg: Leg, evidence: Evidence) => string[],
): Finding[] {
  return [...evidence.legs.values()].flatMap((leg) =>
    check(leg, evidence).map((why) => ({ call_id: leg.call.id, why })),
  );
}
