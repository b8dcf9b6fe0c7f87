import type { Twilio } from 'twilio';
import { CarrierError } from '../carrier.ts';
import { isGone, isPassing } from './outcomes.ts';
import { type Seam, TwilioFailure } from './seam.ts';

export const NAME = 'twilio';

/** Something asked of Twilio: what it is called, and how the SDK does it. */
export type Act<Result> = (client: Twilio) => Promise<Result>;

/** Twilio's API as the adapter uses it: what goes wrong is a carrier's error. */
export class TwilioApi {
  readonly #seam: Seam;

  constructor(seam: Seam) {
    this.#seam = seam;
  }

  /** Throws TwilioFailure. */
  ask<Result>(operation: string, act: Act<Result>): Promise<Result> {
    return this.#seam.ask(operation, act);
  }

  /** Throws CarrierError. */
  async reach<Result>(operation: string, act: Act<Result>): Promise<Result> {
    try {
      return await this.#seam.ask(operation, act);
    } catch (error) {
      throw errorOf(error);
    }
  }

  /** Null where it is about something that is gone, or over. Throws CarrierError. */
  async orGone<Result>(operation: string, act: Act<Result>): Promise<Result | null> {
    try {
      return await this.#seam.ask(operation, act);
    } catch (error) {
      if (error instanceof TwilioFailure && isGone(error.failure)) return null;
      throw errorOf(error);
    }
  }
}

/** A failed request as the engine takes it: to be tried again, or not. */
export function errorOf(error: unknown): CarrierError {
  if (!(error instanceof TwilioFailure)) return new CarrierError(NAME, 'never', String(error));
  return new CarrierError(NAME, isPassing(error.failure) ? 'later' : 'never', error.message);
}
