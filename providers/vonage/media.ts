import type { AttemptId, LegRef } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Line } from '../../calls/media.ts';
import { CarrierError, type InstructOrder } from '../carrier.ts';
import type { Legs } from '../legs.ts';
import { Playlists } from '../playlists.ts';
import { stateOf } from './states.ts';
import { type Action, type Item, itemNcco, itemsOf, restNcco } from './scenes.ts';
import { errorOf, NAME, type Seam, VonageFailure } from './seam.ts';

/** A leg whose name is known. */
interface Named {
  readonly attempt_id: AttemptId;
  readonly leg_ref: LegRef;
}

export interface MediaMeans {
  readonly clock: Clock;
  readonly notice_url: string;
  readonly styles: Readonly<Record<string, number>>;
}

/** What legs do and let hear: every order is an NCCO that a leg is given instead of its last. */
export class Media {
  readonly #seam: Seam;
  readonly #legs: Legs;
  readonly #means: MediaMeans;
  readonly #playlists: Playlists<Item>;

  constructor(seam: Seam, legs: Legs, means: MediaMeans) {
    this.#seam = seam;
    this.#legs = legs;
    this.#means = means;
    const { clock, notice_url } = means;
    this.#playlists = new Playlists<Item>({
      clock,
      render: (place, item) => JSON.stringify(itemNcco({ notice_url, ...place }, item)),
      push: (attempt_id, document, item) => void this.#pushLate(attempt_id, document, item),
    });
  }

  /** What follows an order that is done: Playlists.next. */
  next(...done: Parameters<Playlists<Item>['next']>): string | null {
    return this.#playlists.next(...done);
  }

  /** The leg is over: nothing waits for it any more. */
  end(attempt_id: AttemptId): void {
    this.#playlists.clear(attempt_id);
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

  async #carryOut(
    leg: Named,
    { effect_id, instruction }: Pick<InstructOrder, 'effect_id' | 'instruction'>,
  ): Promise<void> {
    const { attempt_id, leg_ref } = leg;
    const items = itemsOf(instruction, { effect_id, ...this.#means });
    if (items !== null) {
      const document = this.#playlists.add(attempt_id, items);
      const [first] = items;
      return document === null ? undefined : this.#push(leg_ref, document, first?.digits ?? '');
    }
    switch (instruction.do) {
      case 'detect':
      case 'answer':
        // Asked for at the dial, and done by the carrier itself.
        return;
      case 'line':
        return this.#line(leg_ref, instruction.line);
      case 'stop':
        this.#playlists.clear(attempt_id);
        return this.#rest(leg);
      case 'join':
        this.#playlists.clear(attempt_id, instruction.room_id);
        return this.#rest(leg);
      case 'leave':
        if (this.#playlists.placeOf(attempt_id).room_id !== instruction.room_id) return;
        this.#playlists.clear(attempt_id, '');
        return this.#rest(leg);
      default:
        throw new CarrierError(NAME, 'never', `cannot ${instruction.do}`);
    }
  }

  /** Vonage mutes what a party says, and earmuffs what it hears: both are told every time. */
  async #line(leg_ref: LegRef, { hold, moh, silence, mute_direction }: Line): Promise<void> {
    if (hold || moh || silence) throw new CarrierError(NAME, 'never', 'cannot hold');
    const is_muted = mute_direction === 'in' || mute_direction === 'both';
    const is_deaf = mute_direction === 'out' || mute_direction === 'both';
    await this.#seam.reach('calls.mute', (voice) =>
      is_muted ? voice.muteCall(leg_ref) : voice.unmuteCall(leg_ref),
    );
    await this.#seam.reach('calls.earmuff', (voice) =>
      is_deaf ? voice.earmuffCall(leg_ref) : voice.unearmuffCall(leg_ref),
    );
  }

  /** The leg does nothing but wait from now on, in its room if it has one. */
  #rest({ attempt_id, leg_ref }: Named): Promise<void> {
    const { notice_url } = this.#means;
    const leg = { notice_url, ...this.#playlists.placeOf(attempt_id) };
    return this.#push(leg_ref, JSON.stringify(restNcco(leg)), '');
  }

  async #push(leg_ref: LegRef, document: string, digits: string): Promise<void> {
    const ncco = JSON.parse(document) as readonly Action[];
    try {
      await this.#seam.ask('calls.transfer', (voice) =>
        voice.transferCallWithNCCO(leg_ref, ncco as never),
      );
      if (digits !== '')
        await this.#seam.ask('calls.dtmf', (voice) => voice.playDTMF(leg_ref, digits));
    } catch (error) {
      throw await this.#refusal(leg_ref, error);
    }
  }

  /** An NCCO nobody waits for: where it cannot be had, the flow's own timer notices. */
  async #pushLate(attempt_id: string, document: string, { digits }: Item): Promise<void> {
    try {
      const leg = { attempt_id: attempt_id as AttemptId, leg_ref: null };
      const leg_ref = await this.#legs.refOf(leg);
      if (leg_ref !== null) await this.#push(leg_ref, document, digits);
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
    }
  }

  /** A call that may not be told anything is over, or does not talk yet. */
  async #refusal(leg_ref: LegRef, error: unknown): Promise<CarrierError> {
    const failure = error instanceof VonageFailure ? error.failure : null;
    const may_wait = failure?.kind === 'refused' && failure.status === 400;
    if (!may_wait) return errorOf(error);
    const call = await this.#seam.orGone('calls.fetch', (voice) => voice.getCall(leg_ref));
    const state = call === null ? 'absent' : stateOf(call).state;
    const waits = state === 'dialing' || state === 'ringing';
    return new CarrierError(NAME, waits ? 'later' : 'never', `the leg is ${state}`);
  }
}
