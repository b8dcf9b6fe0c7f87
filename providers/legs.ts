import type { AttemptId, LegRef } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DialOrder, DialOutcome, LegAddress, Sought } from './carrier.ts';
import { Remembered } from './remembered.ts';

/** What is remembered of a dial: what came of it, and the leg's name once it is known. */
interface Dialled {
  readonly outcome: Promise<DialOutcome>;
  readonly sought: Sought;
  leg_ref: LegRef | null;
}

const ATTEMPTS_MAX = 50_000;

/** The legs that a carrier shows between two parties since a moment, oldest first. */
export type ListLegs = (sought: Sought) => Promise<readonly LegRef[]>;

/** Which leg belongs to which attempt, as far as this process has heard. */
export class Legs {
  readonly #list: ListLegs;
  readonly #clock: Clock;
  readonly #dialled = new Remembered<AttemptId, Dialled>(ATTEMPTS_MAX);
  readonly #owners = new Remembered<LegRef, AttemptId>(ATTEMPTS_MAX);

  /** `list` throws CarrierError when the carrier cannot be asked. */
  constructor(list: ListLegs, clock: Clock) {
    this.#list = list;
    this.#clock = clock;
  }

  /**
   * Places an attempt, once. Asked again, its outcome is told again; an unknown one is looked up
   * first. Never throws.
   */
  async dial(order: DialOrder, place: () => Promise<DialOutcome>): Promise<DialOutcome> {
    const { attempt_id, source, destination } = order;
    const known = this.#dialled.get(attempt_id);
    if (known !== undefined) return this.#again(attempt_id, await known.outcome);
    const sought = { source, destination, tm_create: this.#clock.now() };
    const dialled: Dialled = { outcome: place(), sought, leg_ref: null };
    this.#dialled.set(attempt_id, dialled);
    const outcome = await dialled.outcome;
    if (outcome.outcome === 'accepted') this.#own(attempt_id, outcome.leg_ref);
    return outcome;
  }

  #again(attempt_id: AttemptId, outcome: DialOutcome): DialOutcome | Promise<DialOutcome> {
    if (outcome.outcome !== 'unknown') return outcome;
    return this.refOf({ attempt_id, leg_ref: null }).then(
      (leg_ref) => (leg_ref === null ? outcome : { outcome: 'accepted', leg_ref }),
      (error: unknown) => ({ outcome: 'unknown', detail: String(error) }),
    );
  }

  /**
   * The name of a leg: as it was told, as it is remembered, or as the list of calls shows it; null
   * where there is none. Throws CarrierError.
   */
  async refOf({ attempt_id, leg_ref }: LegAddress, sought?: Sought): Promise<LegRef | null> {
    if (leg_ref !== null) return leg_ref;
    const dialled = this.#dialled.get(attempt_id);
    if (dialled !== undefined && (await dialled.outcome).outcome === 'rejected') return null;
    if (dialled?.leg_ref != null) return dialled.leg_ref;
    const known = dialled?.sought ?? sought;
    return known === undefined ? null : this.#listed(attempt_id, known);
  }

  /** Carriers keep no reference of ours: it is a leg between the two since then, of nobody else. */
  async #listed(attempt_id: AttemptId, sought: Sought): Promise<LegRef | null> {
    const found = (await this.#list(sought)).find(
      (leg_ref) => (this.#owners.get(leg_ref) ?? attempt_id) === attempt_id,
    );
    if (found === undefined) return null;
    this.#own(attempt_id, found);
    return found;
  }

  #own(attempt_id: AttemptId, leg_ref: LegRef): void {
    const dialled = this.#dialled.get(attempt_id);
    if (dialled !== undefined) dialled.leg_ref = leg_ref;
    this.#owners.set(leg_ref, attempt_id);
  }
}
