import type { KeyObject } from 'node:crypto';
import type { AttemptId, Instant, ProviderId } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Instruction } from '../../calls/instruction.ts';
import type { SandboxLeg, SandboxLog } from '../../store/sandbox_log.ts';
import type {
  DialOrder,
  InstructOrder,
  LegAddress,
  LegState,
  ProviderAccount,
  RecordingOrder,
} from '../carrier.ts';
import { Courier, type Deliver } from './courier.ts';
import { type Item, type NetworkLeg, nextDue, plan, ready, type Sound, unplan } from './leg.ts';
import { forget, isPlaced, legOf, newRow, play, rowOf, stateOf } from './legs.ts';
import { recordedOn, type WavPieces } from './recorded.ts';
import { Rooms } from './rooms.ts';
import { Schedule } from './schedule.ts';
import { Scribe } from './scribe.ts';
import { perform } from './sound.ts';
import type { Fetched, Studio } from './studio.ts';
import { withMark } from './tape.ts';
import { makeTurns } from './turns.ts';
import { keyOf } from './wire.ts';

/** What the network needs. `report` is told of what failed in the background and comes again. */
export interface NetworkMeans {
  readonly log: SandboxLog;
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly report: (error: unknown) => void;
  readonly studio: Studio;
}

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
  readonly #scribe: Scribe;
  readonly #turns = makeTurns();
  #fetching = 0;
  #cancelSweep: () => void;
  #swept_wall = 0;
  #sweep_ms = SWEEP_MS;

  constructor(means: NetworkMeans) {
    this.#means = means;
    this.#courier = new Courier(means);
    this.#scribe = new Scribe(means, (leg) => this.#legs.delete(leg.row.attempt_id));
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
    const row = await this.#rowOf(attempt_id);
    if (row === null || !isOf(account, row)) return { state: 'absent' };
    if (!this.#legs.has(attempt_id) || row.tm_end === null) return stateOf(row);
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
    await this.#scribe.now(leg);
  }

  /** Carries an order out, once per effect. Throws CarrierError and StoreError. */
  async instruct(account: ProviderAccount, order: InstructOrder): Promise<void> {
    const { attempt_id } = order.leg;
    const leg = ready(await this.#hold(account, attempt_id));
    const { instruction } = order;
    const now = this.#means.clock.now();
    // What is fetched first comes into its place only then: what is ordered meanwhile waits for it.
    await this.#turns.run(attempt_id, async () => {
      if (leg.effects?.includes(order.effect_id)) return;
      const fetched = await this.#fetched(leg, instruction);
      ready(leg);
      if (instruction.do === 'join') await this.#means.log.visit(instruction.room_id, attempt_id);
      leg.effects = [...(leg.effects ?? []), order.effect_id].slice(-EFFECTS_KEPT);
      this.#perform(leg, order, { now, config: account.config, fetched });
      await this.#scribe.now(leg);
    });
  }

  /** What is to be played is fetched where a recording hears it, and only there. */
  async #fetched(leg: NetworkLeg, instruction: Instruction): Promise<readonly Fetched[] | null> {
    if (instruction.do !== 'play' || leg.sound.recording === null) return null;
    const { studio } = this.#means;
    this.#fetching += 1;
    const fetched = Promise.all(instruction.urls.map((url) => studio.fetch(url)));
    return fetched.finally(() => (this.#fetching -= 1));
  }

  /** Whether something is being fetched that a leg waits for. */
  get isBusy(): boolean {
    return this.#fetching > 0;
  }

  /** A recording as a WAV file; null where there is none. Throws CarrierError and StoreError. */
  async recorded(account: ProviderAccount, order: RecordingOrder): Promise<WavPieces | null> {
    const { log, studio } = this.#means;
    const row = await this.#rowOf(order.leg.attempt_id);
    if (row === null || !isOf(account, row)) return null;
    return recordedOn(row, order, { legOf: (attempt_id) => this.#rowOf(attempt_id), log, studio });
  }

  /** A leg as it stands, whosever it is; null where there is none. */
  #rowOf(attempt_id: AttemptId): Promise<SandboxLeg | null> {
    const live = this.#legs.get(attempt_id);
    return live === undefined ? this.#means.log.find(attempt_id) : Promise.resolve(rowOf(live));
  }

  /** Writes down what has happened and stops. Legs that are up stay up in the log. */
  async close(): Promise<void> {
    this.#cancelSweep();
    this.#schedule.close();
    await this.#scribe.close();
  }

  #perform(leg: NetworkLeg, order: InstructOrder, at: Parameters<typeof perform>[2]): void {
    const { instruction } = order;
    if (instruction.do === 'join') this.#enter(leg, instruction.room_id, at.now);
    if (instruction.do === 'leave' && leg.room_id === instruction.room_id)
      this.#enter(leg, null, at.now);
    perform(leg, order, at);
    this.#await(leg);
  }

  #enter(leg: NetworkLeg, room_id: string | null, at: Instant): void {
    if (leg.room_id === room_id) return;
    if (leg.room_id !== null) this.#rooms.leave(leg.room_id, leg.row.leg_ref);
    leg.room_id = room_id;
    leg.sound = { ...leg.sound, tape: withMark(leg.sound.tape, { at, room_id }) };
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
      this.#enter(leg, null, item.at);
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
    this.#scribe.later(leg);
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
