import type { KeyObject } from 'node:crypto';
import type { AttemptId, Instant, ProviderId } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SandboxLeg, SandboxLog } from '../../store/sandbox_log.ts';
import {
  CarrierError,
  type DialOrder,
  type InstructOrder,
  type LegAddress,
  type LegState,
  type ProviderAccount,
} from '../carrier.ts';
import type { SandboxConfig } from './config.ts';
import { Courier, type Deliver } from './courier.ts';
import { type Item, type NetworkLeg, nextDue, plan, type Sound, unplan } from './leg.ts';
import { forget, isPlaced, legOf, newRow, play, rowOf, savedOf, stateOf } from './legs.ts';
import { Rooms } from './rooms.ts';
import { Schedule } from './schedule.ts';
import { perform } from './sound.ts';
import { keyOf } from './wire.ts';

/** What the network needs. `report` is told of what failed in the background and comes again. */
export interface NetworkMeans {
  readonly log: SandboxLog;
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly report: (error: unknown) => void;
}

const FLUSH_MS = 500;
const SWEEP_MS = 1_000;
const SWEEP_MS_MAX = 60_000;
/** A leg that another node plays is written down late; only after this is it taken for orphaned. */
const ORPHANED_MS = 3_000;
const SWEEP_LEGS_MAX = 500;
/** How long a hang-up waits for its notice to be heard, so that the leg is saved but once. */
const QUIET_MS = 250;
const EFFECTS_KEPT = 64;

/**
 * The telephone network of the sandbox, in our own process and yet apart from us: what it was asked
 * and what became of it stands in its log, and after a crash it goes on from there. Told twice is
 * possible after a crash; the same fact then has the same id.
 */
export class SandboxNetwork {
  readonly #means: NetworkMeans;
  readonly #courier: Courier;
  readonly #schedule: Schedule<NetworkLeg>;
  readonly #rooms = new Rooms();
  readonly #legs = new Map<AttemptId, NetworkLeg>();
  readonly #accounts = new Map<ProviderId, { account: ProviderAccount; key: KeyObject }>();
  readonly #unsaved = new Set<NetworkLeg>();
  #cancelFlush: (() => void) | null = null;
  #cancelSweep: () => void;
  #swept_wall = 0;
  #sweep_ms = SWEEP_MS;

  constructor(means: NetworkMeans) {
    this.#means = means;
    this.#courier = new Courier(means);
    this.#schedule = new Schedule(means.clock, (leg) => this.#play(leg));
    this.#cancelSweep = means.clock.after(SWEEP_MS, () => this.#sweepAgain());
  }

  /** How many legs are up. */
  get size(): number {
    return this.#legs.size;
  }

  /** What is done to the sound of a leg that is up; null for any other. */
  soundOf(attempt_id: AttemptId): Sound | null {
    return this.#legs.get(attempt_id)?.sound ?? null;
  }

  /** The legs of a room, by their names on the network. */
  membersOf(room_id: string): readonly string[] {
    return this.#rooms.membersOf(room_id);
  }

  /** Lets an account dial. Legs it left behind in an earlier life are taken up again. */
  connect(account: ProviderAccount): void {
    const key = keyOf(account.credentials['secret'] ?? '');
    this.#accounts.set(account.provider_id, { account, key });
    this.#means.clock.after(0, () => void this.#sweep(0));
  }

  /** Places a leg, once per attempt. Answers what the log holds of it. Throws StoreError. */
  async dial(account: ProviderAccount, order: DialOrder): Promise<SandboxLeg> {
    const row = await this.#means.log.dial(newRow(account, order, this.#means.clock.now()));
    if (isPlaced(row) && row.tm_end === null) this.#take(row);
    return row;
  }

  /** Throws StoreError. */
  async find(account: ProviderAccount, attempt_id: AttemptId): Promise<LegState> {
    const live = this.#legs.get(attempt_id);
    const row = live === undefined ? await this.#means.log.find(attempt_id) : rowOf(live);
    if (row === null || !isOf(account, row)) return { state: 'absent' };
    if (live === undefined || row.tm_end === null) return stateOf(row);
    // Who hears of an end goes by it: no crash, and no other node, may bring the leg back then. If
    // another node has written an end down already, it is that one.
    await this.#means.log.save([row]);
    return stateOf((await this.#means.log.find(attempt_id)) ?? row);
  }

  /** Ends a leg that is still up; asked of any other it does nothing. Throws StoreError. */
  async hangUp(account: ProviderAccount, { attempt_id }: LegAddress): Promise<void> {
    const leg = await this.#hold(account, attempt_id);
    if (leg === null || leg.row.tm_end !== null) return;
    const at = this.#means.clock.now();
    const sip_code = leg.row.tm_answer === null ? 487 : 200;
    unplan(leg, () => true);
    plan(leg, { at, what: 'ended', sip_code, q850: null, by: 'caller' });
    while (leg.row.tm_end === null) this.#play(leg);
    await this.#courier.quiet(leg.row.leg_ref, QUIET_MS);
    await this.#save([leg]);
  }

  /** Carries an order out, once per effect. Throws CarrierError and StoreError. */
  async instruct(account: ProviderAccount, order: InstructOrder): Promise<void> {
    const leg = await this.#hold(account, order.leg.attempt_id);
    if (leg === null) throw new CarrierError('sandbox', 'never', 'no such leg');
    if (leg.row.tm_end !== null) throw new CarrierError('sandbox', 'never', 'the leg has ended');
    if (leg.row.tm_ringing === null && leg.row.tm_answer === null)
      throw new CarrierError('sandbox', 'later', 'the leg does not ring yet');
    if (leg.effects?.includes(order.effect_id)) return;
    leg.effects = [...(leg.effects ?? []), order.effect_id].slice(-EFFECTS_KEPT);
    this.#perform(leg, order, account.config);
    await this.#save([leg]);
  }

  /** Writes down what has happened and stops. Legs that are up stay up in the log. */
  async close(): Promise<void> {
    this.#cancelSweep();
    this.#cancelFlush?.();
    this.#schedule.close();
    await this.#save([...this.#unsaved]);
  }

  #perform(leg: NetworkLeg, order: InstructOrder, config: SandboxConfig): void {
    const { instruction } = order;
    if (instruction.do === 'join') this.#enter(leg, instruction.room_id);
    if (instruction.do === 'leave' && leg.room_id === instruction.room_id) this.#enter(leg, null);
    perform(leg, order, { now: this.#means.clock.now(), config });
    this.#await(leg);
  }

  #enter(leg: NetworkLeg, room_id: string | null): void {
    if (leg.room_id !== null) this.#rooms.leave(leg.room_id, leg.row.leg_ref);
    leg.room_id = room_id;
    if (room_id !== null) this.#rooms.join(room_id, leg.row.leg_ref);
  }

  /**
   * The leg of one of the account's own attempts, from memory or from the log. What was due on it
   * before happens at once: in an earlier life, or through another node, we may have been told of
   * it and gone by it.
   */
  async #hold(account: ProviderAccount, attempt_id: AttemptId): Promise<NetworkLeg | null> {
    const live = this.#legs.get(attempt_id);
    const leg = live ?? (await this.#fetch(account, attempt_id));
    if (leg === null || !isOf(account, leg.row)) return null;
    const until = this.#means.clock.now() + (live === undefined ? 1 : 0);
    for (let due = nextDue(leg); due !== null && due < until; due = nextDue(leg)) this.#play(leg);
    return leg;
  }

  async #fetch(account: ProviderAccount, attempt_id: AttemptId): Promise<NetworkLeg | null> {
    const row = await this.#means.log.find(attempt_id);
    return row !== null && isOf(account, row) && isPlaced(row) ? this.#take(row) : null;
  }

  #take(row: SandboxLeg): NetworkLeg {
    const known = this.#legs.get(row.attempt_id);
    if (known !== undefined) return known;
    const leg = legOf(row);
    if (leg.items.length === 0) return leg;
    this.#legs.set(row.attempt_id, leg);
    if (leg.room_id !== null) this.#rooms.join(leg.room_id, row.leg_ref);
    this.#await(leg);
    return leg;
  }

  #await(leg: NetworkLeg): void {
    const due = nextDue(leg);
    if (due === null) this.#schedule.remove(leg);
    else if (leg.place < 0 || due !== leg.due) this.#schedule.set(leg, due);
  }

  #play(leg: NetworkLeg): void {
    const { item, news } = play(leg);
    if (item.what === 'ended') {
      unplan(leg, () => true);
      this.#enter(leg, null);
    }
    this.#await(leg);
    const sender = this.#accounts.get(leg.row.provider_id);
    if (sender === undefined) return;
    const { attempt_id, leg_ref, provider_id } = leg.row;
    const heard = () => this.#heard(leg, item);
    this.#courier.tell(
      { attempt_id, leg_ref, provider_id, key: sender.key, fault: leg.fault },
      { news, at: item.at, heard },
    );
  }

  #heard(leg: NetworkLeg, item: Item): void {
    forget(leg, item);
    this.#saveLater([leg]);
  }

  #saveLater(legs: readonly NetworkLeg[]): void {
    for (const leg of legs) this.#unsaved.add(leg);
    this.#cancelFlush ??= this.#means.clock.after(FLUSH_MS, () => {
      this.#cancelFlush = null;
      void this.#save([...this.#unsaved]).catch(this.#means.report);
    });
  }

  async #save(legs: readonly NetworkLeg[]): Promise<void> {
    if (legs.length === 0) return;
    for (const leg of legs) this.#unsaved.delete(leg);
    try {
      await this.#means.log.save(legs.map(savedOf));
    } catch (error) {
      this.#saveLater(legs);
      throw error;
    }
    for (const leg of legs)
      if (leg.row.tm_end !== null && leg.items.length === 0) this.#legs.delete(leg.row.attempt_id);
  }

  /**
   * Sweeps, and again. While a test clock runs ahead of the wall, ever more rarely: nobody can have
   * died in no time, and a month must pass in a second.
   */
  #sweepAgain(): void {
    const { clock } = this.#means;
    const isHurried = clock.wall() - this.#swept_wall < SWEEP_MS / 2;
    this.#sweep_ms = isHurried ? Math.min(this.#sweep_ms * 2, SWEEP_MS_MAX) : SWEEP_MS;
    this.#cancelSweep = clock.after(this.#sweep_ms, () => this.#sweepAgain());
    this.#courier.expire();
    if (isHurried) return;
    this.#swept_wall = clock.wall();
    void this.#sweep(ORPHANED_MS);
  }

  /** Takes over legs on which something was due and nobody did it. */
  async #sweep(late_ms: number): Promise<void> {
    const { log, clock, report } = this.#means;
    try {
      const rows = await log.overdue((clock.now() - late_ms) as Instant, SWEEP_LEGS_MAX);
      for (const row of rows) if (this.#accounts.has(row.provider_id)) this.#take(row);
    } catch (error) {
      report(error);
    }
  }
}

function isOf(account: ProviderAccount, row: { readonly provider_id: ProviderId }): boolean {
  return row.provider_id === account.provider_id;
}

/** Opens the network: legs of an earlier life go on as soon as their accounts are connected. */
export function openNetwork(means: NetworkMeans): SandboxNetwork {
  return new SandboxNetwork(means);
}
