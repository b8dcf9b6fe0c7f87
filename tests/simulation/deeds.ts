import type { Instant } from '../../kernel/brand.ts';
import { StoreError } from '../../store/store.ts';
import { PRESENCES, tel } from './desks.ts';
import type { Act } from './plan.ts';
import { START } from './sim_clock.ts';
import type { Node, World } from './world.ts';

/** What is done in worlds to calls that are held together. */

export async function hangUpGroup(world: World, node: Node, choice: number): Promise<void> {
  const asked = { kind: 'groupcall', filter: {} } as const;
  const { rows } = await world.store.groups.list('all', asked, { size: 100, before: null });
  const group = rows.filter(({ status }) => status !== 'hangup')[choice % rows.length];
  if (group === undefined) return;
  const { kind, id } = group;
  ignoreDeath(node, node.exchange.tellGroup('all', { kind, id }, { type: 'hangup_asked' }));
}

export async function serve(
  world: World,
  node: Node,
  { do: what, pick: choice }: Extract<Act, { do: 'kick' | 'turn_agent' }>,
): Promise<void> {
  const kind = what === 'kick' ? 'queuecall' : 'agent';
  const page = { size: 100, before: null };
  const { rows } = await world.store.groups.list('all', { kind, filter: {} }, page);
  const group = rows[choice % rows.length];
  if (group === undefined) return;
  const presence = PRESENCES[choice % PRESENCES.length] ?? 'available';
  const fact = kind === 'agent' ? ({ type: 'presence_set', presence } as const) : KICK;
  ignoreDeath(node, node.exchange.tellGroup('all', { kind, id: group.id }, fact));
}

const KICK = { type: 'kick_asked' } as const;

export async function hand(
  world: World,
  node: Node,
  act: Extract<Act, { do: 'transfer' }>,
): Promise<void> {
  const { rows } = await world.store.calls.list('all', {}, { size: 100, before: null });
  const talking = rows.filter(
    ({ call }) =>
      call.status === 'progressing' &&
      (call.master_call_id !== null || call.chained_call_ids.length > 0),
  );
  const leg = talking[act.pick % talking.length];
  if (leg === undefined) return;
  const order = {
    transferer_call_id: leg.call.id,
    transfer_type: act.type,
    transferee_addresses: act.to.map(tel),
    seed: { name: act.name, at: START as Instant },
  };
  ignoreDeath(node, node.exchange.transfer(order));
}

/** A node may die, or its store be away, and the asker is told so; anything else is our bug. */
export function ignoreDeath(node: Node, work: Promise<unknown>): void {
  node.life.answer(work).catch((error: unknown) => {
    if (!node.life.isDead && !(error instanceof StoreError)) throw error;
  });
}
