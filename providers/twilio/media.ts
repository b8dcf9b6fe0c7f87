import type { AttemptId, LegRef } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Cause } from '../../calls/cause.ts';
import { CarrierError, type InstructOrder } from '../carrier.ts';
import type { Legs } from '../legs.ts';
import { Playlists } from '../playlists.ts';
import { errorOf, NAME, type TwilioApi } from './api.ts';
import { isGone } from './outcomes.ts';
import {
  cutDocument,
  type Item,
  itemDocument,
  itemsOf,
  type Leg,
  pickUpDocument,
  rejectDocument,
  restDocument,
} from './scenes.ts';
import { TwilioFailure } from './seam.ts';
import { stateOf } from './states.ts';

/** A leg whose name is known. */
interface Named {
  readonly attempt_id: AttemptId;
  readonly leg_ref: LegRef;
}

/** What legs do and let hear: every order is a document Twilio is given instead of its last. */
export class Media {
  readonly #api: TwilioApi;
  readonly #legs: Legs;
  readonly #clock: Clock;
  readonly #notice_url: string;
  readonly #playlists: Playlists<Item>;

  constructor(api: TwilioApi, legs: Legs, means: { clock: Clock; notice_url: string }) {
    this.#api = api;
    this.#legs = legs;
    this.#clock = means.clock;
    this.#notice_url = means.notice_url;
    const { clock, notice_url } = means;
    this.#playlists = new Playlists<Item>({
      clock,
      render: (place, item, is_over) =>
        (is_over ? cutDocument : itemDocument)({ notice_url, ...place }, item),
      push: (attempt_id, twiml) => void this.#pushLate(attempt_id as AttemptId, twiml),
    });
  }

  /** What follows an order that is done: Playlists.next. */
  next(...done: Parameters<Playlists<Item>['next']>): string | null {
    return this.#playlists.next(...done);
  }

  /** Throws CarrierError. */
  async instruct({ leg, effect_id, instruction }: InstructOrder): Promise<void> {
    const { attempt_id } = leg;
    const leg_ref = await this.#legs.refOf(leg);
    if (leg_ref === null) throw new CarrierError(NAME, 'never', 'no such leg');
    if (!this.#playlists.isNew(attempt_id, effect_id)) return;
    try {
      await this.#carryOut({ attempt_id, leg_ref }, { effect_id, instruction });
    } catch (error) {
      this.#playlists.forget(attempt_id, effect_id);
      throw error;
    }
  }

  /** Turns a call that came in down, so that its caller hears why. False where that is too late. */
  async reject(leg_ref: LegRef, cause: Cause): Promise<boolean> {
    const call = await this.#api.orGone('calls.fetch', ({ calls }) => calls(leg_ref).fetch());
    if (call === null || call.direction !== 'inbound' || call.status !== 'ringing') return false;
    const twiml = rejectDocument(cause === 'busy');
    const update = { twiml };
    const done = await this.#api.orGone('calls.update', ({ calls }) =>
      calls(leg_ref).update(update),
    );
    return done !== null;
  }

  /** The leg is over: nothing waits for it any more. */
  end(attempt_id: AttemptId): void {
    this.#playlists.clear(attempt_id);
  }

  async #carryOut(
    leg: Named,
    { effect_id, instruction }: Pick<InstructOrder, 'effect_id' | 'instruction'>,
  ): Promise<void> {
    const { attempt_id, leg_ref } = leg;
    const items = itemsOf(instruction, { effect_id, notice_url: this.#notice_url });
    if (items !== null) {
      const twiml = this.#playlists.add(attempt_id, items);
      return twiml === null ? undefined : this.#push(leg_ref, twiml);
    }
    switch (instruction.do) {
      case 'detect':
        // Asked for at the dial, the answer comes by itself.
        return;
      case 'answer':
        return this.#answer(leg);
      case 'stop':
        this.#playlists.clear(attempt_id);
        return this.#rest(leg, effect_id);
      case 'join':
        this.#playlists.clear(attempt_id, instruction.room_id);
        return this.#rest(leg, effect_id);
      case 'leave':
        return this.#leave(leg, instruction.room_id);
      default:
        throw new CarrierError(NAME, 'never', `cannot ${instruction.do}`);
    }
  }

  #legAt(attempt_id: AttemptId): Leg {
    return { notice_url: this.#notice_url, ...this.#playlists.placeOf(attempt_id) };
  }

  async #answer({ attempt_id, leg_ref }: Named): Promise<void> {
    const call = await this.#api.reach('calls.fetch', ({ calls }) => calls(leg_ref).fetch());
    if (call.direction !== 'inbound' || call.status !== 'ringing') return;
    await this.#push(leg_ref, pickUpDocument(this.#legAt(attempt_id)));
  }

  /** The leg does nothing but wait from now on, in its room if it has one. */
  #rest({ attempt_id, leg_ref }: Named, name: string): Promise<void> {
    const mark = `${name}@${this.#clock.now().toString(36)}`;
    const leg = this.#legAt(attempt_id);
    return this.#push(leg_ref, restDocument(leg, { mark, count: 0 }));
  }

  /** Takes the leg out of a room, where it is in that one: Twilio knows best. */
  async #leave({ attempt_id, leg_ref }: Named, room_id: string): Promise<void> {
    if (this.#playlists.placeOf(attempt_id).room_id === room_id)
      this.#playlists.clear(attempt_id, '');
    const filter = { friendlyName: room_id, status: 'in-progress' as const, pageSize: 1 };
    const page = await this.#api.reach('conferences.list', ({ conferences }) =>
      conferences.page(filter),
    );
    const [room] = page.instances;
    if (room === undefined) return;
    await this.#api.orGone('participants.remove', ({ conferences }) =>
      conferences(room.sid).participants(leg_ref).remove(),
    );
  }

  async #push(leg_ref: LegRef, twiml: string): Promise<void> {
    try {
      await this.#api.ask('calls.update', ({ calls }) => calls(leg_ref).update({ twiml }));
    } catch (error) {
      throw await this.#refusal(leg_ref, error);
    }
  }

  /** A document nobody waits for: where it cannot be had, the flow's own timer notices. */
  async #pushLate(attempt_id: AttemptId, twiml: string): Promise<void> {
    try {
      const leg_ref = await this.#legs.refOf({ attempt_id, leg_ref: null });
      if (leg_ref !== null) await this.#push(leg_ref, twiml);
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
    }
  }

  /** A call that may not be told anything is over, or does not talk yet. */
  async #refusal(leg_ref: LegRef, error: unknown): Promise<CarrierError> {
    if (!(error instanceof TwilioFailure) || !isGone(error.failure)) return errorOf(error);
    const call = await this.#api.orGone('calls.fetch', ({ calls }) => calls(leg_ref).fetch());
    const state = call === null ? 'absent' : stateOf(call).state;
    const waits = state === 'dialing' || state === 'ringing';
    return new CarrierError(NAME, waits ? 'later' : 'never', `the leg is ${state}`);
  }
}
