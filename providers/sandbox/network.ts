import type { KeyObject } from 'node:crypto';
import type { AttemptId, ProviderId } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Cause } from '../../calls/cause.ts';
import type { SandboxLeg, SandboxLog } from '../../store/sandbox_log.ts';
import type {
  DialOrder,
  InstructOrder,
  LegAddress,
  LegState,
  NumberDesk,
  ProviderAccount,
  RecordingOrder,
} from '../carrier.ts';
import { type Answer, Courier, type Deliver } from './courier.ts';
import type { Verdict } from './door.ts';
import { Fetching } from './fetching.ts';
import { type Item, type NetworkLeg, nextDue, plan, ready, type Sound, unplan } from './leg.ts';
import { forget, isPlaced, legOf, newRow, play, rowOf, stateOf } from './legs.ts';
import { Lobby } from './lobby.ts';
import { numberDeskOf } from './number_desk.ts';
import { Patrol } from './patrol.ts';
import { end, farEnd, givesUp, mirror, nearEnd, press } from './peers.ts';
import { recordedOn, type WavPieces } from './recorded.ts';
import { enter, Rooms } from './rooms.ts';
import { Schedule } from './schedule.ts';
import { Scribe } from './scribe.ts';
import { perform } from './sound.ts';
import type { Studio } from './studio.ts';
import { makeTurns } from './turns.ts';
import { codeOfHangUp, pickUp, type Visit } from './visits.ts';
import { keyOf } from './wire.ts';

/** What the network needs. `report` is told of what failed in the background and comes again. */
export interface NetworkMeans {
  readonly log: SandboxLog;
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly report: (error: unknown) => void;
  readonly studio: Studio;
}

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
  readonly #patrol: Patrol;
  readonly #lobby: Lobby;
  readonly #fetching: Fetching;

  constructor(means: NetworkMeans) {
    this.#means = means;
    this.#courier = new Courier(means);
    this.#fetching = new Fetching(means.studio);
    this.#scribe = new Scribe(means, (leg) => this.#legs.delete(leg.row.attempt_id));
    this.#schedule = new Schedule(means.clock, (leg) => this.#due(leg));
    this.#lobby = new Lobby({
      ...means,
      account: (id) => this.#accounts.get(id)?.account ?? null,
      take: (row) => void this.#take(row),
    });
    this.#patrol = new Patrol(means, {
      found: (row) => void (this.#accounts.has(row.provider_id) && this.#take(row)),
      tick: () => this.#courier.expire(),
    });
  }

  /** How many legs are up. */
  get size(): number {
    return this.#legs.size;
  }

  /** What is done to the sound of a leg that is up; null for any other. */
  soundOf(attempt_id: AttemptId): Sound | null {
    return this.#legs.get(attempt_id)?.sound ?? null;
  }

  membersOf(room_id: string): readonly string[] {
    return this.#rooms.membersOf(room_id);
  }

  /** Lets an account dial. Legs it left behind in an earlier life are taken up again. */
  connect(account: ProviderAccount): void {
    const key = keyOf(account.credentials['secret'] ?? '');
    this.#accounts.set(account.provider_id, { account, key });
    this.#patrol.now();
  }

  /** Places a leg, once per attempt. Answers what the log holds of it. Throws StoreError. */
  async dial(account: ProviderAccount, order: DialOrder): Promise<SandboxLeg> {
    const wanted = newRow(account, order, this.#means.clock.now());
    const host = await this.#lobby.hostOf(order, wanted);
    const row = await this.#means.log.dial(host ? nearEnd(wanted, order, host) : wanted);
    if (isPlaced(row) && row.tm_end === null) this.#take(row);
    if (host !== null) await this.#lobby.bring(host, farEnd(order, row));
    return row;
  }

  /**
   * Has somebody call a number of an account: we are told as carriers tell of calls that come in.
   * Answers what we said, null while we have not. Throws StoreError.
   */
  ring(provider_id: ProviderId, visit: Visit): Promise<Verdict | null> {
    return this.#lobby.ring(provider_id, visit);
  }

  numbersOf(account: ProviderAccount): NumberDesk {
    return numberDeskOf(this.#means, account);
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
  async hangUp(account: ProviderAccount, { attempt_id }: LegAddress, cause?: Cause): Promise<void> {
    const leg = await this.#hold(account, attempt_id);
    if (leg === null || leg.row.tm_end !== null) return;
    const at = this.#means.clock.now();
    const sip_code = codeOfHangUp(leg, cause);
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
      const fetched = await this.#fetching.for(leg, instruction);
      ready(leg);
      if (instruction.do === 'join') await this.#means.log.visit(instruction.room_id, attempt_id);
      leg.effects = [...(leg.effects ?? []), order.effect_id].slice(-EFFECTS_KEPT);
      this.#perform(leg, order, { now, config: account.config, fetched });
      await this.#scribe.now(leg);
    });
  }

  /** Whether something is being fetched that a leg waits for. */
  get isBusy(): boolean {
    return this.#fetching.isBusy;
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
    this.#patrol.stop();
    this.#schedule.close();
    await this.#scribe.close();
  }

  #perform(leg: NetworkLeg, order: InstructOrder, at: Parameters<typeof perform>[2]): void {
    const { instruction } = order;
    if (instruction.do === 'join') enter(this.#rooms, leg, { at: at.now, ...instruction });
    if (instruction.do === 'leave' && leg.room_id === instruction.room_id)
      enter(this.#rooms, leg, { at: at.now, room_id: null });
    if (instruction.do === 'answer') pickUp(leg, at.now);
    perform(leg, order, at);
    this.#await(leg);
    if (instruction.do === 'send_digits')
      this.#tellPeer(leg, (peer) => press(instruction.digits, peer, at.now));
  }

  /** Lets something happen at the other end of a call that stays on the network. */
  #tellPeer(leg: NetworkLeg, happen: (peer: NetworkLeg) => void): void {
    const host = leg.peer === null ? undefined : this.#accounts.get(leg.peer.provider_id);
    if (leg.peer === null || host === undefined) return;
    const told = this.#hold(host.account, leg.peer.attempt_id).then(async (peer) => {
      if (peer === null) return;
      happen(peer);
      this.#await(peer);
      await this.#scribe.now(peer);
    });
    told.catch(this.#means.report);
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

  /** Something is due. Whether a caller has given up, another node may know better. */
  #due(leg: NetworkLeg): void {
    if (!givesUp(leg)) return this.#play(leg);
    const { attempt_id, tm_answer } = leg.row;
    const look = this.#means.log.find(attempt_id).then((row) => {
      if (row === null || (row.tm_answer === tm_answer && row.tm_end === null))
        return this.#play(leg);
      this.#legs.delete(attempt_id);
      this.#take(row);
    });
    look.catch(this.#means.report);
  }

  #play(leg: NetworkLeg): void {
    const { item, news } = play(leg);
    if (item.what === 'ended') {
      unplan(leg, () => true);
      enter(this.#rooms, leg, { at: item.at, room_id: null });
    }
    this.#await(leg);
    this.#tellPeer(leg, (peer) => mirror(item, [leg, peer], this.#means.clock.now()));
    const sender = this.#accounts.get(leg.row.provider_id);
    if (sender === undefined) return;
    const heard = (answer: Answer) => this.#heard(leg, item, answer);
    const { fault, row } = leg;
    this.#courier.tell({ ...row, key: sender.key, fault }, { news, at: item.at, heard });
  }

  #heard(leg: NetworkLeg, item: Item, answer: Answer): void {
    const is_first = leg.items.includes(item);
    forget(leg, item);
    this.#scribe.later(leg);
    if (!is_first || item.what !== 'incoming') return;
    const { taken } = this.#lobby.decided(leg, answer);
    this.#await(leg);
    if (!taken) this.#tellPeer(leg, (peer) => end(leg, peer, this.#means.clock.now()));
  }
}

function isOf(account: ProviderAccount, row: { readonly provider_id: ProviderId }): boolean {
  return row.provider_id === account.provider_id;
}

/** Opens the network: legs of an earlier life go on as soon as their accounts are connected. */
export function openNetwork(means: NetworkMeans): SandboxNetwork {
  return new SandboxNetwork(means);
}
