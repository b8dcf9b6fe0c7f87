import { assert } from '../kernel/assert.ts';
import type { CallId, EffectId, EventId, Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Refusal } from '../kernel/refusal.ts';
import type { Step } from '../kernel/step.ts';
import type { Call } from '../calls/call.ts';
import { isLive } from '../calls/call.ts';
import { asksAtOnce } from '../calls/credit.ts';
import type { Effect } from '../calls/effects.ts';
import type { CallEvent, FactOf } from '../calls/events.ts';
import type { Stage } from '../flows/advance.ts';
import type { FlowRun } from '../flows/flow.ts';
import type { Endpoint } from '../store/rows.ts';
import type { CommitResult, Leg, LegStore, Unit } from '../store/store.ts';
import { makeKeyedLock } from './keyed_lock.ts';
import type { Log } from './log.ts';
import { type Carriers, openPair, PLACED, step } from './step.ts';
import { type Beginning, unitOf } from './unit.ts';

/** Something to be told to a call. `id` names it: told twice, it counts once. */
export interface Told {
  readonly call_id: CallId;
  readonly id: EventId;
  readonly fact: FactOf;
  /** Effects of this call that this ends: their outbox rows go in the same transaction. */
  readonly done?: readonly EffectId[];
}

/** The fact a call is told by how it stands, or why it is told nothing. */
export type Decide = (leg: Leg) => FactOf | Refusal;

/** A leg about to be made: its first step and its run. */
export interface Opening {
  readonly step: Step<Call, Effect>;
  readonly run: FlowRun;
  readonly at: Instant;
}

/**
 * absent: there is no such call · ignored: it changed nothing · the others: see CommitResult. After
 * no_funds nothing has happened: the same id may be told with another fact.
 */
export type HandleResult = Exclude<CommitResult, 'conflict'> | 'ignored' | 'absent';

export interface LoopParts {
  readonly legs: LegStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly node: string;
  readonly language: Stage['language'];
  readonly carriers: Carriers;
  endpoints(customer_id: Call['customer_id']): Promise<readonly Endpoint[]>;
  /**
   * Told after every commit, in the order of commits of one call. `fresh`: this node has not
   * followed the call all along, so other nodes may still be delivering earlier notices.
   */
  committed(unit: Unit, fresh: boolean): void;
}

/** As Told; null where there is nothing to be told to the leg as it stands. */
interface Asked extends Omit<Told, 'fact'> {
  readonly fact: (leg: Leg) => FactOf | null;
}

/** A leg in memory, and whether this node has followed it from its beginning. */
interface Kept {
  readonly leg: Leg;
  readonly followed: boolean;
}

/** Live legs kept in memory; more are read again when something happens to them. */
const KEPT_MAX = 10_000;
/** Steps lost to other nodes before we suspect ourselves. */
const CONFLICTS_MAX = 25;

/** The one loop: state, fact and effects in one transaction, one event of a call at a time. */
export class Loop {
  readonly #parts: LoopParts;
  readonly #lock = makeKeyedLock();
  readonly #kept = new Map<CallId, Kept>();

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  /** Takes one event through its call, alone and in order, and commits what it changes. */
  handle(told: Told): Promise<HandleResult> {
    return this.#lock.run(told.call_id, () => this.#take(told));
  }

  /**
   * The same for a fact that depends on how the call stands when its turn comes. Decided anew when
   * another node was faster.
   */
  ask(
    call_id: CallId,
    id: EventId,
    decide: Decide,
  ): Promise<Exclude<HandleResult, 'no_funds'> | Refusal> {
    let refused: Refusal | null = null;
    const fact = (leg: Leg): FactOf | null => {
      const decided = decide(leg);
      refused = 'type' in decided ? null : decided;
      return 'type' in decided ? decided : null;
    };
    return this.#lock.run(call_id, async () => {
      const result = await this.#take({ call_id, id, fact });
      assert(result !== 'no_funds', 'what people ask of a call holds no money');
      return refused ?? result;
    });
  }

  /** Makes a new leg. 'duplicate': it was made before, and stands as it does. */
  open(opening: Opening): Promise<Exclude<CommitResult, 'conflict'>> {
    return this.#lock.run(opening.step.state.id, () => this.#open(opening));
  }

  /** The leg as last committed here, else as stored. */
  async leg(call_id: CallId): Promise<Leg | null> {
    return this.#kept.get(call_id)?.leg ?? (await this.#parts.legs.load(call_id));
  }

  /** The leg as stored, whichever node took its last step. */
  current(call_id: CallId): Promise<Leg | null> {
    return this.#parts.legs.load(call_id);
  }

  /** The leg as stored, whichever node has changed it last. */
  stored(call_id: CallId): Promise<Leg | null> {
    return this.#parts.legs.load(call_id);
  }

  /** Live legs in memory, and calls to which something is just now happening. */
  get size(): number {
    return this.#kept.size + this.#lock.size();
  }

  /** Calls to which something is just now happening. */
  get busy(): number {
    return this.#lock.size();
  }

  /** Forgets what is kept in memory: after other nodes may have acted in this one's place. */
  forget(): void {
    this.#kept.clear();
  }

  async #open({ step: opened, run, at }: Opening): Promise<Exclude<CommitResult, 'conflict'>> {
    const { parts, call_id } = { parts: this.#parts, call_id: opened.state.id };
    const event = { type: 'placed', id: PLACED, call_id, at, ...beginningOf(opened, run) } as const;
    const endpoints = await parts.endpoints(opened.state.customer_id);
    const { language, carriers } = parts;
    const taken = { event, step: openPair(opened, run, { at, language, carriers }) };
    const unit = unitOf(null, taken, { node: parts.node, endpoints, done: [] });
    const result = await parts.legs.commit(unit);
    assert(result !== 'conflict', 'a new leg has no version to conflict with');
    if (result === 'committed') this.#settle(unit, true);
    return result;
  }

  async #take(told: Told | Asked): Promise<HandleResult> {
    for (let lost = 0; lost < CONFLICTS_MAX; lost += 1) {
      const held = this.#kept.get(told.call_id);
      const leg = held?.leg ?? (await this.#parts.legs.load(told.call_id));
      if (leg === null) return 'absent';
      const result = await this.#advance({ leg, followed: held?.followed ?? false }, told);
      if (result !== 'conflict') return result;
      this.#kept.delete(told.call_id);
    }
    assert(false, `call ${told.call_id} changes faster than it can be read`);
  }

  async #advance({ leg, followed }: Kept, asked: Told | Asked): Promise<HandleResult | 'conflict'> {
    const { legs, clock, language, carriers, node } = this.#parts;
    const fact = typeof asked.fact === 'function' ? asked.fact(leg) : asked.fact;
    if (fact === null) return 'ignored';
    const told: Told = { ...asked, fact };
    const event = eventOf(told, leg, clock);
    const taken = step(leg, event, { language, carriers, version: leg.version + 1 });
    if (isNothing(leg, taken)) return this.#ignore(leg, told);
    const endpoints = await this.#parts.endpoints(leg.call.customer_id);
    const desk = { node, endpoints, done: told.done ?? [] };
    const unit = unitOf(leg, { event, step: taken }, desk);
    const result = await legs.commit(unit);
    if (result === 'committed') this.#settle(unit, followed);
    else if (result === 'duplicate' && told.done !== undefined)
      await legs.performed(leg.call.id, told.done);
    return result;
  }

  async #ignore({ call }: Leg, told: Told): Promise<HandleResult> {
    const { log, legs } = this.#parts;
    log.debug({ call_id: call.id, event: told.fact.type, status: call.status }, 'ignored');
    if (told.done !== undefined) await legs.performed(call.id, told.done);
    return 'ignored';
  }

  #settle(unit: Unit, followed: boolean): void {
    const { leg } = unit;
    this.#kept.delete(leg.call.id);
    if (isLive(leg.call)) this.#kept.set(leg.call.id, { leg, followed });
    if (this.#kept.size > KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value as CallId);
    try {
      this.#parts.committed(unit, !followed);
    } catch (error) {
      // It is committed all the same: whatever was not begun is found by the sweeps.
      this.#parts.log.error({ call_id: leg.call.id, error }, 'what follows a commit failed');
    }
  }
}

/** What nothing else says of how a call began, as far as it is not usual (see trace/rewind.ts). */
export function beginningOf({ state }: Step<Call, Effect>, { variables }: FlowRun): Beginning {
  return {
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
    ...(asksAtOnce(state) ? { granted_ms: state.granted_ms } : {}),
  };
}

/** A call's time never goes back, whichever node's clock stamps the event. */
function eventOf(told: Told, leg: Leg, clock: Clock): CallEvent {
  const at = Math.max(clock.now(), leg.call.tm_update) as Instant;
  // FactOf is a union of facts without names; naming one gives the event of the same type.
  return { ...told.fact, id: told.id, call_id: told.call_id, at };
}

function isNothing(leg: Leg, taken: ReturnType<typeof step>): boolean {
  return taken.effects.length === 0 && taken.state.call === leg.call && taken.state.run === leg.run;
}
