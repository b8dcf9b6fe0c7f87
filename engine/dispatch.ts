import { unreachable } from '../kernel/assert.ts';
import type { EffectId, EventId } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Call } from '../calls/call.ts';
import { currentAttempt } from '../calls/call.ts';
import { ending } from '../calls/cause.ts';
import type { ChildOrder } from '../calls/effects.ts';
import type { FactOf, Reply } from '../calls/events.ts';
import type { LegState } from '../providers/carrier.ts';
import { CarrierError } from '../providers/carrier.ts';
import type { Flow } from '../store/rows.ts';
import type { OutboxRow } from '../store/journal.ts';
import type { Shelf } from '../store/store.ts';
import type { Sender } from '../webhooks/delivery.ts';
import type { CarrierDesk } from './carrier_desk.ts';
import { extendCredit } from './credit.ts';
import { factOfDial, factOfGivenUp, factsOfState, outcomeOf, replyTo, soughtOf } from './ask.ts';
import type { Crew } from './groups/crew.ts';
import { detailOf, type Failure, isStoreAway } from './failure.ts';
import { instruct, isRefused } from './instruct.ts';
import { makeKeyedLock } from './keyed_lock.ts';
import type { Recorder } from './groups/recorder.ts';
import type { Log } from './log.ts';
import type { HandleResult, Loop } from './loop.ts';

export interface DispatcherParts {
  readonly loop: Loop;
  readonly desk: CarrierDesk;
  readonly sender: Sender;
  readonly flows: Shelf<Flow>;
  readonly clock: Clock;
  readonly log: Log;
  /** Performs what concerns groups. */
  readonly crew: Crew;
  /** Performs what concerns recordings. */
  readonly recorder: Recorder;
  /** Whether this node may still act: one that was thought dead must not dial. */
  isTrusted(): boolean;
  /** Places a leg that an action asked for; a fact for the asker when it was refused. */
  placeChild(order: ChildOrder, asker: Call): Promise<FactOf | null>;
  performed(row: OutboxRow): Promise<void>;
}

/** Tries of an effect that could not be done just now, and how long between the first two. */
const TRIES_MAX = 6;
const RETRY_MS = 1_000;
/** A master ends once: however often its children hear of it, it is one event. */
const MASTER_ENDED = 'master_ended' as EventId;
const UNWANTED = ending('cancel', 'hung up before it was dialled');

type By<Do extends OutboxRow['order']['do']> = Extract<OutboxRow['order'], { do: Do }>;

/** Performs the effects that wait in the outbox, each at least once; their ids make it once. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  /** Rows that are being performed or wait to be tried again: whoever comes second leaves them. */
  readonly #in_hand = new Set<EffectId>();
  /** Dials that were left alone while this node was not trusted: they certainly never left. */
  readonly #held = new Set<EffectId>();
  /** Orders to one leg's media leave in turn: a stop must not overtake what it is to stop. */
  readonly #media = makeKeyedLock();
  #pending = 0;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  /** Effects under way; a stop waits for them. */
  get pending(): number {
    return this.#pending;
  }

  /** Starts performing, and comes back at once. */
  perform(row: OutboxRow): void {
    if (this.#takes(row)) void this.#run(row, 0);
  }

  /**
   * The same for a row left by a node that died. Whether its dial ever left is unknown, so the
   * carrier is asked first (DESIGN §4, rule 4). A row that this very node has in hand is its own.
   */
  resume(row: OutboxRow): void {
    const may_have_left = row.order.do === 'leg_dial' && !this.#held.delete(row.id);
    if (this.#takes(row)) void this.#run(row, may_have_left ? 1 : 0);
  }

  #takes({ id }: OutboxRow): boolean {
    if (this.#in_hand.has(id)) return false;
    this.#in_hand.add(id);
    return true;
  }

  /** `given_up`: what the call is told instead, where there is no sense in trying again. */
  async #run(row: OutboxRow, tries: number, given_up: FactOf | null = null): Promise<void> {
    this.#pending += 1;
    try {
      if (given_up !== null) await this.#tell(row, given_up);
      else await (tries === 0 ? this.#act(row) : this.#actAgain(row));
      this.#in_hand.delete(row.id);
    } catch (error) {
      this.#failed(row, { tries, given_up, error });
    } finally {
      this.#pending -= 1;
    }
  }

  #failed(row: OutboxRow, { tries, given_up, error }: Failure): void {
    const { log, clock } = this.#parts;
    const fields = { call_id: row.call_id, effect: row.order.do, tries, error };
    // Nobody else would carry on where we gave up: with the store back, everything must go on.
    const last = tries >= TRIES_MAX && !isStoreAway(error);
    if (!last && !isRefused(row, error)) {
      log.warn(fields, 'effect failed, to be tried again');
      const again = (): void => void this.#run(row, tries + 1, given_up);
      return void clock.after(RETRY_MS * 2 ** Math.min(tries, TRIES_MAX - 1), again);
    }
    const fact = given_up === null ? factOfGivenUp(row, detailOf(error)) : null;
    if (fact === null) {
      this.#in_hand.delete(row.id);
      return log.error(fields, 'effect given up until the next start');
    }
    log.warn(fields, 'effect given up, and the call told so');
    void this.#run(row, 0, fact);
  }

  /** A dial is never repeated: it may have left, and only its outcome be lost to us. */
  #actAgain(row: OutboxRow): Promise<void> {
    if (row.order.do !== 'leg_dial') return this.#act(row);
    const { attempt_id } = row.order;
    return this.#tell(row, { type: 'dial_lost', attempt_id, detail: 'cut off while dialling' });
  }

  #act(row: OutboxRow): Promise<void> {
    const given = row.order;
    switch (given.do) {
      case 'leg_dial':
        return this.#dial(row, given);
      case 'leg_find':
        return this.#find(row, given);
      case 'leg_hangup':
        return this.#hangUp(row, given);
      case 'leg_instruct':
        return this.#instruct(row, given);
      case 'child_place':
        return this.#place(row, given);
      case 'call_tell':
        return this.#pass(row, given);
      case 'group_tell':
      case 'group_open':
      case 'member_place':
      case 'agents_find':
      case 'queues_rouse':
      case 'queue_read':
        return this.#parts.crew.perform(row, given);
      case 'recording_open':
      case 'audio_store':
      case 'audio_remove':
        return this.#parts.recorder.perform(row, given);
      case 'http_request':
        return this.#request(row, given);
      case 'flow_fetch':
        return this.#fetchFlow(row, given);
      case 'reason_fetch':
        return this.#fetchReason(row, given);
      case 'credit_extend':
        return this.#extend(row);
      default:
        return unreachable(given);
    }
  }

  async #dial(row: OutboxRow, { attempt_id }: By<'leg_dial'>): Promise<void> {
    const { loop, desk, log, isTrusted, performed } = this.#parts;
    const call = (await loop.leg(row.call_id))?.call;
    const attempt = call === undefined ? null : currentAttempt(call);
    if (call === undefined || attempt?.id !== attempt_id || attempt.status !== 'intended')
      return performed(row);
    if (call.status !== 'dialing' && call.status !== 'ringing')
      return this.#tell(row, { type: 'dial_rejected', attempt_id, ending: UNWANTED });
    if (!isTrusted()) return void this.#held.add(row.id);
    const outcome = await outcomeOf({ call, attempt, desk, log });
    await this.#tell(row, factOfDial(outcome, attempt_id));
  }

  async #find(row: OutboxRow, { leg }: By<'leg_find'>): Promise<void> {
    const { attempt_id, provider_id } = leg;
    const carrier = await this.#parts.desk.open(provider_id);
    // A provider that is gone cannot say that its leg is: it may ring all the same.
    if (carrier === null)
      return this.#tell(row, { type: 'leg_unseen', attempt_id, detail: 'the provider is gone' });
    const call = (await this.#parts.loop.leg(row.call_id))?.call;
    let state: LegState;
    try {
      state = await carrier.find(leg, call === undefined ? undefined : soughtOf(call, attempt_id));
    } catch (error) {
      return this.#tell(row, { type: 'leg_unseen', attempt_id, detail: detailOf(error) });
    }
    const { absence_certain_ms = 0 } = (await this.#parts.desk.capabilities(provider_id)) ?? {};
    for (const [place, fact] of factsOfState(state, leg, absence_certain_ms).entries()) {
      const id = `f:${nameIn(row.id)}.${place}` as EventId;
      await this.#parts.loop.handle({ call_id: row.call_id, id, fact });
    }
    await this.#parts.performed(row);
  }

  async #hangUp(row: OutboxRow, { leg, cause }: By<'leg_hangup'>): Promise<void> {
    const carrier = await this.#parts.desk.open(leg.provider_id);
    await carrier?.hangUp(leg, cause);
    await this.#parts.performed(row);
  }

  #instruct(row: OutboxRow, { leg, instruction }: By<'leg_instruct'>): Promise<void> {
    return this.#media.run(leg.attempt_id, async () => {
      const carrier = await this.#parts.desk.open(leg.provider_id);
      if (carrier === null) throw new CarrierError('none', 'never', 'the provider is gone');
      if (instruction.do === 'record_start') await this.#parts.recorder.open(row, leg, instruction);
      const line = async () =>
        (await this.#parts.loop.stored(row.call_id))?.call.media.line ?? null;
      await instruct(carrier, { leg, effect_id: row.id, instruction }, line);
      await this.#parts.performed(row);
    });
  }

  async #place(row: OutboxRow, { order: child }: By<'child_place'>): Promise<void> {
    const { loop, placeChild, performed } = this.#parts;
    const asker = await loop.leg(row.call_id);
    const refused = asker === null ? null : await placeChild(child, asker.call);
    if (refused !== null) return this.#tell(row, refused);
    // The master may have ended while its child was being made: then the child goes too.
    const now = await loop.current(row.call_id);
    if (child.master_call_id !== null && now?.call.status === 'hangup')
      await loop.handle({
        call_id: child.call_id,
        id: MASTER_ENDED,
        fact: { type: 'master_ended' },
      });
    await performed(row);
  }

  async #pass(row: OutboxRow, { call_id, fact }: By<'call_tell'>): Promise<void> {
    const id = fact.type === 'master_ended' ? MASTER_ENDED : (`x:${row.id}` as EventId);
    await this.#parts.loop.handle({ call_id, id, fact });
    await this.#parts.performed(row);
  }

  async #request(row: OutboxRow, { order }: By<'http_request'>): Promise<void> {
    const reply = await replyTo(this.#parts.sender, order);
    if (!order.awaited) return this.#parts.performed(row);
    await this.#tell(row, { type: 'request_finished', effect_id: row.id, reply });
  }

  async #fetchFlow(row: OutboxRow, { flow_id }: By<'flow_fetch'>): Promise<void> {
    const flow = await this.#parts.flows.get(row.customer_id, flow_id);
    const reply: Reply =
      flow === null
        ? { ok: false, error: `there is no flow ${flow_id}` }
        : { ok: true, status_code: 200, body: JSON.stringify(flow.actions) };
    await this.#tell(row, { type: 'request_finished', effect_id: row.id, reply });
  }

  /** Another customer's call, and one that lives, are like one that does not exist. */
  async #fetchReason(row: OutboxRow, { call_id }: By<'reason_fetch'>): Promise<void> {
    const call = (await this.#parts.loop.leg(call_id))?.call;
    const over = call?.status === 'hangup' && call.customer_id === row.customer_id ? call : null;
    const reply: Reply =
      over === null
        ? { ok: false, error: `there is no call ${call_id} that has ended` }
        : { ok: true, status_code: 200, body: over.hangup_reason };
    await this.#tell(row, { type: 'request_finished', effect_id: row.id, reply });
  }

  async #extend(row: OutboxRow): Promise<void> {
    const call = (await this.#parts.loop.leg(row.call_id))?.call;
    if (call?.status !== 'progressing') return this.#parts.performed(row);
    await extendCredit(call, (fact) => this.#offer(row, fact));
  }

  /** Tells the call what came of its effect; the effect's row goes in the same transaction. */
  async #tell(row: OutboxRow, fact: FactOf): Promise<void> {
    await this.#offer(row, fact);
  }

  /** The same, where the account may refuse it: then nothing was told, and the row stays. */
  async #offer(row: OutboxRow, fact: FactOf): Promise<HandleResult> {
    const id = `r:${nameIn(row.id)}` as EventId;
    const { loop, performed } = this.#parts;
    const result = await loop.handle({ call_id: row.call_id, id, fact, done: [row.id] });
    if (result === 'absent') await performed(row);
    return result;
  }
}

/** The part of an effect's id that is unique within its call. */
function nameIn(id: EffectId): string {
  return id.slice(id.indexOf('.') + 1);
}
