import { assert } from '../kernel/assert.ts';
import type { CallId, EventId, GroupId, Instant, TagId } from '../kernel/brand.ts';
import type { GroupFact, GroupOrder } from '../calls/group_facts.ts';
import { type Agent } from './agent.ts';
import { agentMachine } from './agent_machine.ts';
import { openAgent } from './agent_moves.ts';
import type { GroupEffect, GroupEvent, GroupStep } from './effects.ts';
import { wakeAt } from './group.ts';
import { advance, type Machine, opened } from './machine.ts';
import type { Queue } from './queue.ts';
import { queueMachine } from './queue_machine.ts';
import { openQueue } from './queue_moves.ts';
import { AGENT, BEGIN, QUEUE, QUEUECALL } from './queue_stories.ts';
import { isOver, type Queuecall } from './queuecall.ts';
import { queuecallMachine } from './queuecall_machine.ts';
import { openQueuecall } from './queuecall_moves.ts';

type Roll = (below: number) => number;
type Thing = Agent | Queue | Queuecall;
type Errand = () => void;

/** The phones of an agent, rung for one call. */
interface Ring {
  readonly agent_id: GroupId;
  readonly parent_id: GroupId;
  state: 'ringing' | 'answered' | 'over';
}

const MACHINES = { agent: agentMachine, queue: queueMachine, queuecall: queuecallMachine };
const TAGS = ['red', 'blue'] as TagId[];

/**
 * Queues, agents and callers who tell one another things that arrive in any order, as they do in
 * the engine: each once, none lost. What carriers do is left to chance.
 */
export class QueueWorld {
  readonly things = new Map<string, Thing>();
  readonly rings = new Map<string, Ring>();
  /** Callers on the line, by the call of a queue that is theirs. */
  readonly callers = new Map<GroupId, 'in' | 'out' | 'gone'>();
  readonly #roll: Roll;
  readonly #errands: Errand[] = [];
  #now = BEGIN;
  #told = 0;

  constructor(roll: Roll, agents: number) {
    this.#roll = roll;
    for (let n = 0; n < agents; n += 1) {
      const tag_ids = n % 3 === 0 ? TAGS : [TAGS[n % 2] as TagId];
      this.#take(openAgent({ ...AGENT, id: `agent${n}` as GroupId, tag_ids }));
    }
    for (const tag of TAGS)
      this.#take(openQueue({ ...QUEUE, id: `queue-${tag}` as GroupId, tag_ids: [tag] }));
  }

  get now(): Instant {
    return this.#now;
  }

  /** A call comes into one of the queues. */
  call(n: number): void {
    const id = `call${n}` as GroupId;
    const parent_id = `queue-${TAGS[this.#roll(2)]}` as GroupId;
    this.callers.set(id, 'in');
    this.#take(openQueuecall({ ...QUEUECALL, id, parent_id, tm_create: this.#now }));
  }

  /** Something happens: an errand arrives, a phone is taken up or put down, or time passes. */
  step(): void {
    const luck = this.#roll(100);
    if (luck < 80) this.#deliver();
    else if (luck < 93) this.#phone();
    else if (luck < 99) this.#pass(this.#roll(4_000));
    else this.#caller();
  }

  /** Everybody hangs up, and all that is on its way arrives. */
  rest(): void {
    for (const [id, state] of this.callers) if (state !== 'gone') this.#hangUp(id);
    for (let n = 0; n < 20_000; n += 1) {
      if (this.#errands.length > 0) this.#deliver();
      else if (this.#live().length > 0) this.#phone();
      else if (this.#alarmed()) this.#pass(10_000);
      else return;
    }
    assert(false, 'the world comes to rest');
  }

  #live(): Ring[] {
    return [...this.rings.values()].filter(({ state }) => state !== 'over');
  }

  #alarmed(): boolean {
    return [...this.things.values()].some((thing) => wakeAt(thing) !== null);
  }

  #deliver(): void {
    const [errand] = this.#errands.splice(this.#roll(this.#errands.length), 1);
    errand?.();
  }

  #pass(ms: number): void {
    this.#now = (this.#now + ms) as Instant;
    for (const { id, timers } of [...this.things.values()])
      for (const [timer, due] of Object.entries(timers))
        if (due <= this.#now) this.#tell(id, { type: 'timer_fired', timer, due });
  }

  /** The phones of some agent are answered, or are silent. */
  #phone(): void {
    const live = [...this.rings].filter(([, { state }]) => state !== 'over');
    const [id, ring] = live[this.#roll(live.length || 1)] ?? [];
    if (id === undefined || ring === undefined) return;
    const { parent_id } = ring;
    const nested_id = id as GroupId;
    if (ring.state === 'answered' || this.#roll(3) === 0) return this.#silence(nested_id);
    ring.state = 'answered';
    const call_id = `phone-${id}` as CallId;
    this.#send(parent_id, { type: 'nested_answered', nested_id, call_id });
  }

  #silence(id: GroupId): void {
    const ring = this.rings.get(id);
    if (ring === undefined || ring.state === 'over') return;
    ring.state = 'over';
    this.#send(ring.parent_id, {
      type: 'nested_ended',
      nested_id: id,
      reason: 'normal',
      code: null,
    });
  }

  #caller(): void {
    const known = [...this.callers].filter(([, state]) => state !== 'gone');
    const [id] = known[this.#roll(known.length || 1)] ?? [];
    if (id === undefined) return;
    if (this.#roll(2) === 0) this.#hangUp(id);
    else this.#send(id, { type: 'kick_asked' });
  }

  #hangUp(id: GroupId): void {
    this.callers.set(id, 'gone');
    this.#send(id, { type: 'master_ended' });
  }

  #send(group_id: GroupId, fact: GroupFact): void {
    this.#errands.push(() => this.#tell(group_id, fact));
  }

  #tell(group_id: GroupId, fact: GroupFact): void {
    if (fact.type === 'hangup_asked') return this.#silence(group_id);
    const thing = this.things.get(group_id);
    if (thing === undefined) return;
    this.#told += 1;
    const id = `e${this.#told}` as EventId;
    const event: GroupEvent = { ...fact, id, subject_id: group_id, at: this.#now };
    // Each machine is given things of its own kind.
    const machine = MACHINES[thing.kind] as unknown as Machine<Thing>;
    const step = advance(machine, thing, event);
    assert(step !== null, `${thing.kind} knows ${fact.type}`);
    this.#perform(step);
  }

  #take(step: GroupStep<Thing>): void {
    this.#perform(opened(step, this.#now));
  }

  #perform({ state, effects }: GroupStep<Thing>): void {
    this.things.set(state.id, state);
    for (const effect of effects) this.#errands.push(() => this.#act(state, effect));
  }

  #act(by: Thing, effect: GroupEffect): void {
    switch (effect.do) {
      case 'group_tell':
        return this.#tell(effect.group_id, effect.fact);
      case 'agents_find':
        return this.#find(by as Queue);
      case 'queues_rouse':
        return this.#rouse(effect.tag_ids);
      case 'group_open': {
        const { group_id } = effect.order;
        const agent_id = targetOf(effect.order);
        if (!this.rings.has(group_id))
          this.rings.set(group_id, { agent_id, parent_id: by.id, state: 'ringing' });
        return;
      }
      case 'call_tell':
        if (effect.fact.type !== 'group_ended' || this.callers.get(by.id) !== 'in') return;
        this.callers.set(by.id, 'out');
        return this.#send(by.id, { type: 'call_left' });
      default:
        return;
    }
  }

  /** What is found may be out of date when the queue hears of it. */
  #find({ id, tag_ids }: Queue): void {
    const agents = [...this.things.values()].flatMap((thing) =>
      thing.kind === 'agent' && thing.status === 'available' && shares(thing.tag_ids, tag_ids)
        ? [{ agent_id: thing.id, since: thing.tm_status }]
        : [],
    );
    this.#send(id, { type: 'agents_found', agents });
  }

  #rouse(tag_ids: readonly TagId[]): void {
    for (const thing of this.things.values())
      if (thing.kind === 'queue' && shares(thing.tag_ids, tag_ids))
        this.#send(thing.id, { type: 'agent_came' });
  }
}

function targetOf(order: GroupOrder): GroupId {
  return (order.kind === 'groupcall' ? order.destinations[0]?.target : '') as GroupId;
}

function shares(some: readonly TagId[], others: readonly TagId[]): boolean {
  return some.some((tag) => others.includes(tag));
}

/** What must hold at every moment: why it does not, or null. */
export function broken({ things, rings }: QueueWorld): string | null {
  const rung = [...rings.values()].filter(({ state }) => state !== 'over');
  const phones = rung.map(({ agent_id }) => agent_id);
  if (new Set(phones).size < phones.length) return 'the phones of an agent ring for two calls';
  const held = [...things.values()].flatMap((thing) =>
    thing.kind === 'queuecall' && thing.held !== null ? [thing.held.agent_id] : [],
  );
  return new Set(held).size < held.length ? 'an agent is held for two calls' : null;
}

/** What must hold once everybody has hung up: why it does not, or null. */
export function unsettled({ things, rings }: QueueWorld): string | null {
  for (const thing of things.values()) {
    if (thing.kind === 'agent' && thing.status !== 'available') return `${thing.id} is stuck`;
    if (thing.kind === 'queue' && thing.status !== 'idle') return `somebody stands in ${thing.id}`;
    if (thing.kind === 'queue' && !isEven(thing)) return `${thing.id} has lost count`;
    if (thing.kind === 'queuecall' && !isOver(thing)) return `${thing.id} is not over`;
  }
  return [...rings.values()].every(({ state }) => state === 'over') ? null : 'phones ring';
}

function isEven({ totals, serving }: Queue): boolean {
  const { incoming_count, serviced_count, abandoned_count, service_ended_count } = totals;
  const over = serviced_count + abandoned_count;
  return incoming_count === over && serviced_count === service_ended_count && serving.length === 0;
}
