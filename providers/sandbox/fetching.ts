import type { Instruction } from '../../calls/instruction.ts';
import type { NetworkLeg } from './leg.ts';
import type { Fetched, Studio } from './studio.ts';

/** Fetches what is to be played, where a recording hears it and only there. */
export class Fetching {
  readonly #studio: Studio;
  #under_way = 0;

  constructor(studio: Studio) {
    this.#studio = studio;
  }

  /** Whether something is being fetched that a leg waits for. */
  get isBusy(): boolean {
    return this.#under_way > 0;
  }

  /** Null where nothing need be fetched. */
  async for(leg: NetworkLeg, instruction: Instruction): Promise<readonly Fetched[] | null> {
    if (instruction.do !== 'play' || leg.sound.recording === null) return null;
    this.#under_way += 1;
    const fetched = Promise.all(instruction.urls.map((url) => this.#studio.fetch(url)));
    return fetched.finally(() => (this.#under_way -= 1));
  }
}
