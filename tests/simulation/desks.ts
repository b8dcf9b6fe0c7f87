import { groupUnitOf } from '../../engine/groups/unit.ts';
import { actions as language } from '../../flows/actions/index.ts';
import { normalizeFlow } from '../../flows/normalize.ts';
import { openAgent } from '../../groups/agent_moves.ts';
import type { GroupStep } from '../../groups/effects.ts';
import type { Group } from '../../groups/kinds.ts';
import { opened } from '../../groups/machine.ts';
import { openQueue } from '../../groups/queue_moves.ts';
import type { Address } from '../../kernel/address.ts';
import type { CustomerId, EventId, FlowId, GroupId, Instant, TagId } from '../../kernel/brand.ts';
import { derive } from '../../kernel/uuid.ts';
import type { Presence, QueueSettings } from '../../calls/queue_facts.ts';
import type { Store } from '../../store/store.ts';
import { numberFor, pick } from './flows_made.ts';
import { START } from './sim_clock.ts';

type Roll = (below: number) => number;
const BEGAN = START as Instant;
const nameOf = <Id extends string>(what: string): Id => derive<Id>('simulation', what, BEGAN);

/** A customer's queue, and who serves it. */
export interface PlannedDesk {
  readonly settings: Pick<
    QueueSettings,
    'routing_method' | 'wait_timeout_ms' | 'service_timeout_ms' | 'ring_timeout_ms' | 'wrap_up_ms'
  >;
  readonly wait: readonly object[];
  readonly agents: readonly PlannedAgent[];
}

interface PlannedAgent {
  readonly phones: readonly string[];
  readonly linear: boolean;
}

export const PRESENCES: readonly Presence[] = ['available', 'available', 'away', 'offline'];
const WAITS: readonly (readonly object[])[] = [
  [],
  [{ type: 'talk', option: { text: 'Please hold' } }],
  [{ type: 'sleep', option: { duration: 2_000 } }, { type: 'beep' }],
  // Some lose patience in the wait flow itself.
  [
    { type: 'sleep', option: { duration: 9_000 } },
    { type: 'hangup', option: { reason: 'normal' } },
  ],
];

export function deskFor(roll: Roll): PlannedDesk {
  return {
    settings: {
      routing_method: pick(roll, ['random', 'longest_idle', 'round_robin']),
      wait_timeout_ms: pick(roll, [0, 8_000, 30_000]),
      service_timeout_ms: pick(roll, [0, 0, 12_000]),
      ring_timeout_ms: 1_000 + roll(15_000),
      wrap_up_ms: pick(roll, [0, 0, 4_000]),
    },
    wait: pick(roll, WAITS),
    agents: Array.from({ length: 1 + roll(3) }, () => ({
      phones: Array.from({ length: 1 + roll(2) }, () => numberFor(roll)),
      linear: roll(2) === 0,
    })),
  };
}

/** The ids of a customer's queue, and of its agents. */
export function queueId(customer: string): GroupId {
  return nameOf(`queue of ${customer}`);
}

export function agentId(customer: string, index: number): GroupId {
  return nameOf(`agent ${index} of ${customer}`);
}

/** Puts a customer's queue and agents into the store, as the API would have. */
export async function staff(
  store: Store,
  whose: { readonly name: string; readonly customer_id: CustomerId },
  desk: PlannedDesk,
): Promise<void> {
  const { name, customer_id } = whose;
  const tag_ids = [nameOf<TagId>(`tag of ${name}`)];
  const made = { customer_id, tm_create: BEGAN, tag_ids, name, detail: '' };
  const wait_flow_id = desk.wait.length === 0 ? null : await flowOf(store, whose, desk.wait);
  const id = queueId(name);
  const threshold_ms = 5_000;
  await put(store, openQueue({ ...made, ...desk.settings, wait_flow_id, threshold_ms, id }));
  for (const [index, { phones, linear }] of desk.agents.entries()) {
    const addresses = phones.map(tel);
    const profile = { username: `agent ${index}`, password_hash: '', permission: 16, addresses };
    const ring_method = linear ? 'linear' : 'ringall';
    const rest = { id: agentId(name, index), presence: 'available', ring_method } as const;
    await put(store, openAgent({ ...made, ...profile, ...rest }));
  }
}

export function tel(target: string): Address {
  return { type: 'tel', target, target_name: '', name: '', detail: '' };
}

async function flowOf(
  { shelves }: Store,
  { name, customer_id }: { readonly name: string; readonly customer_id: CustomerId },
  wait: readonly object[],
): Promise<FlowId> {
  const id = nameOf<FlowId>(`wait flow of ${name}`);
  const actions = normalizeFlow(wait, (label) => nameOf(`${id} ${label}`), language);
  const dates = { tm_create: BEGAN, tm_update: BEGAN, tm_delete: null };
  const what = { name, detail: '', actions, on_complete_flow_id: null };
  await shelves.flows.insert({ id, customer_id, ...what, ...dates });
  return id;
}

async function put({ groups }: Store, step: GroupStep<Group>): Promise<void> {
  const entry = { id: 'opened' as EventId, at: BEGAN, type: 'opened', fact: {} };
  const desk = { node: 'nobody', endpoints: [], done: [] };
  // Nobody is told of what was there before the world began.
  const effects = step.effects.filter((effect) => effect.do !== 'notice_tell');
  const quiet = opened({ ...step, effects }, BEGAN);
  await groups.commit(groupUnitOf(null, { entry, step: quiet }, desk));
}
